"""Which language a text is written in: by script, by the letters that tell sister languages apart, by stop words.

Only to know what the reader can read; a short or mixed text leans to English, because a name-heavy English line is likelier than anything
else here. No model, no data file: the words below are the commonest function words of each language.
"""

from __future__ import annotations

import re
from collections import Counter

SAMPLE = 2_000  # characters looked at: the start of a text tells its language
MIN_LETTERS = 12  # fewer letters tell nothing

_LATIN = {
    "en": "the of and to in that was for on by with from his had were which their said has have is at as not but been after are an it will",
    "fr": "le la les des du et est une dans qui que pour sur avec pas par au aux ont été sont cette leur plus après contre entre ses",
    "es": "el los las del y que una por con para su se al fue como más este han son sus pero desde sobre entre también hasta muy",
    "de": "der die das und den dem von mit ist im des auf für nicht ein eine sich bei nach wurde auch haben sind aus zum zur am über",
    "it": "il di che la per una con del della sono nel gli dei alla dal stato anche più dopo delle hanno ha tra i",
    "pt": "o os as do da dos das em uma que para com não por foi são mais ao pela pelo seu sua entre após também",
    "nl": "de het een van en dat is op te zijn met voor niet aan door naar ook bij uit heeft over werd",
    "tr": "ve bir bu için ile olarak daha de da olan kadar sonra çok gibi ise en ancak olduğu göre tarafından etti",
    "sw": "na ya wa katika kwa ni la za cha kwamba baada hiyo huo kuwa zaidi lakini",
    "pl": "i w z się nie do że jest przez od oraz po jak są został był dla ich przed ale który",
}
_CYRILLIC = {
    "ru": "и в не на что по из это как его для был после они был также под над были боев город области заявил",
    "uk": "і в не на що та з як його для був після вони також під над були міста області заявив від це йогo",
}
_ARABIC = {
    "ar": "في من على إلى أن التي الذي عن مع هذا هذه كان قد ما بعد لا بين كما قال أو حيث",
    "fa": "در به از که این را با برای است آن بر شد تا های یک خود شده کرد است ولسوالی بود",
    "ps": "په د او چې کې سره له ته دي یې شوي وو ده دا کړي ولسوالۍ پر لپاره",
    "ur": "کے میں کی ہے نے سے اور کا پر کو ہیں یہ اس تھا گیا بھی کر",
}
_SCRIPTS = (
    ("latin", r"A-Za-z\u00c0-\u024f"),
    ("cyrillic", r"\u0400-\u04ff"),
    ("arabic", r"\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("he", r"\u0590-\u05ff"),
    ("am", r"\u1200-\u137f"),
    ("hi", r"\u0900-\u097f"),
    ("my", r"\u1000-\u109f"),
    ("el", r"\u0370-\u03ff"),
    ("ka", r"\u10a0-\u10ff"),
    ("hy", r"\u0530-\u058f"),
    ("ko", r"\uac00-\ud7af"),
    ("ja", r"\u3040-\u30ff"),
    ("zh", r"\u4e00-\u9fff"),
)
_SCRIPT_PATTERNS = tuple((name, re.compile(f"[{span}]")) for name, span in _SCRIPTS)
# Letters that one language has and its neighbours of the script lack.
_LETTERS = {
    "cyrillic": {"ru": "ыэёъ", "uk": "іїєґ"},
    "arabic": {"ps": "ټډړږښګڼېۍ", "ur": "ٹڈڑںےہ", "fa": "پچژگکی", "ar": "ةىيكإأ"},
    "latin": {"tr": "ğış", "de": "ßäöü", "es": "ñ¿¡", "fr": "çœêèà", "pl": "łżśćńą", "pt": "ãõ"},
}
_WORDS = {"latin": _LATIN, "cyrillic": _CYRILLIC, "arabic": _ARABIC}
_STOP_WORDS = {script: {lang: frozenset(words.split()) for lang, words in table.items()} for script, table in _WORDS.items()}
_LETTER_WEIGHT = {"ps": 3.0, "ur": 2.0, "fa": 0.4, "ar": 0.4, "ru": 1.0, "uk": 1.5, "tr": 1.5, "pl": 1.5}
_ASCII_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ADDRESS = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+")


def language(text: str) -> str:
    """The ISO 639-1 code of the text's language, "" if it cannot be told; a short text in Latin letters counts as English."""
    sample = _ADDRESS.sub(" ", text[:SAMPLE])
    counts = _scripts(sample)
    script, letters = max(counts.items(), key=lambda item: (item[1], item[0] == "latin"))
    if letters == 0:
        return ""
    if script not in _STOP_WORDS:
        return "ja" if script == "zh" and counts["ja"] * 20 > letters else script
    return _among(script, sample, letters)


def _scripts(sample: str) -> Counter[str]:
    """Letters of each script."""
    if sample.isascii():
        return Counter({"latin": len(sample) - len(sample.encode().translate(None, _ASCII_LETTERS))})
    return Counter({name: len(pattern.findall(sample)) for name, pattern in _SCRIPT_PATTERNS})


def _among(script: str, sample: str, letters: int) -> str:
    """The likeliest language of one script: stop words each count one, telling letters a little."""
    plain = len(re.findall(r"(?<![^\W\d_])[^\W\dA-Z_][^\W\d_]*", sample))  # words without a capital: names tell no language
    sample = sample.lower()
    words = re.findall(r"[^\W\d_]+", sample)
    often = Counter(words)
    scores = {lang: float(sum(often[w] for w in known & often.keys())) for lang, known in _STOP_WORDS[script].items()}
    for lang, signs in _LETTERS[script].items():
        weight = _LETTER_WEIGHT.get(lang, 0.5)
        scores[lang] = scores.get(lang, 0.0) + weight * sum(sample.count(sign) for sign in signs)
    if script == "latin" and letters >= MIN_LETTERS * 10 and max(scores.values()) < max(1.0, 0.06 * plain):
        return ""  # long, and nobody's function words: a bare list of names, or a language unknown here
    if script == "latin":
        scores["en"] += 1.0 + 0.02 * len(words)
    best = max(sorted(scores), key=lambda lang: scores[lang])
    if script != "latin":
        return best if scores[best] > 0 else {"cyrillic": "ru", "arabic": "ar"}[script]
    return best if letters >= MIN_LETTERS else "en"
