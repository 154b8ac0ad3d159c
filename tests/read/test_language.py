"""Languages told apart on sentences of our own."""

from __future__ import annotations

import pytest

from heldby.read.language import language

SENTENCES = {
    "en": [
        "Government troops pulled out of the district centre at dawn, two councillors said.",
        "Taliban seize Ghazni",
        "Rebels take Goma airport, UN source says",
        "Zaranj: fallen.",
        "Police in Dasht-e Archi, Imam Sahib and Qala-i-Zal report clashes with the insurgents.",
    ],
    "ru": [
        "Российские войска покинули город после боёв, сообщил представитель области.",
        "Посёлок взят под контроль, заявили в министерстве.",
    ],
    "uk": [
        "Українські військові звільнили село після тривалих боїв, повідомив речник.",
        "Місто під контролем наших сил, заявив голова області.",
    ],
    "ar": [
        "سيطرت القوات على المدينة بعد معارك استمرت أياما، كما قال متحدث.",
        "انسحب الجيش من القاعدة إلى أطراف المدينة.",
    ],
    "fa": [
        "طالبان مرکز ولسوالی را پس از دو روز درگیری به دست گرفتند.",
        "نیروهای دولتی از پایگاه عقب نشینی کردند و این شهر سقوط کرد.",
    ],
    "ps": [
        "د ولسوالۍ مرکز د طالبانو لاس ته ورغی، یوه چارواکي وویل.",
        "ځواکونه له ښار څخه وتلي دي او جګړه روانه ده.",
    ],
    "ur": ["طالبان نے ضلع کے مرکز پر قبضہ کر لیا ہے، ایک اہلکار نے کہا۔"],
    "fr": ["Les rebelles ont pris la ville après des combats avec l'armée, selon un porte-parole."],
    "es": ["Los rebeldes tomaron la ciudad tras varios días de combates, según el gobierno."],
    "de": ["Die Rebellen haben die Stadt nach tagelangen Kämpfen mit der Armee eingenommen."],
    "tr": ["İsyancılar şehri günler süren çatışmaların ardından ele geçirdi ve ordu için bir yenilgi oldu."],
    "sw": ["Mji huo umetekwa na waasi baada ya mapigano makali ya siku tatu kati yao na jeshi la serikali."],
    "am": ["ኃይሎቹ ከተማዋን ተቆጣጠሩ"],
    "my": ["မြို့ကို သိမ်းပိုက်ခဲ့သည်"],
    "zh": ["政府军撤出该城"],
    "": ["", "12.08.2021 14:30 +++", "???"],
}


@pytest.mark.parametrize(("expected", "text"), [(code, text) for code, texts in SENTENCES.items() for text in texts])
def test_language(expected: str, text: str) -> None:
    assert language(text) == expected


def test_an_english_report_with_foreign_words_stays_english() -> None:
    text = 'The ministry posted the word "سقوط" beside a picture of the empty base, and said that the city had not fallen.'
    assert language(text) == "en"


def test_addresses_and_handles_do_not_vote() -> None:
    assert language("https://example.org/the/of/and/the @the_of_and позиции утрачены, город оставлен") == "ru"


def test_a_long_text_in_an_unknown_latin_language_is_not_called_english() -> None:
    text = "Ciidamada dowladda ayaa saaka kala wareegay magaalada dagaalyahannada kadib dagaal culus oo socday saddex maalmood. " * 3
    assert language(text) == ""
