"""Ukrainian and Russian place names in Latin letters as English reports write them.

Ukrainian after the government's table of 2010 (Resolution 55), Russian after the BBC's and BGN's simplified use without apostrophes.
"""

from __future__ import annotations

import re

UKRAINIAN = (
    "а=a б=b в=v г=h ґ=g д=d е=e ж=zh з=z и=y і=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ь= '= ’= ʼ="
)
RUSSIAN = """а=a б=b в=v г=g д=d е=e ё=yo ж=zh з=z и=i й=y к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f х=kh ц=ts ч=ch ш=sh щ=shch ъ= ы=y ь= э=e
ю=yu я=ya"""
_UKRAINIAN = dict(pair.split("=") for pair in UKRAINIAN.split())
_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
_INNER = {"є": "ie", "ї": "i", "й": "i", "ю": "iu", "я": "ia"}
_RUSSIAN = dict(pair.split("=") for pair in RUSSIAN.split())
_ONLY_RUSSIAN = re.compile(r"[ыэёъ]", re.IGNORECASE)
_ONLY_UKRAINIAN = re.compile(r"[іїєґ'’ʼ]", re.IGNORECASE)
_CYRILLIC = re.compile(r"[А-Яа-яЁёІіЇїЄєҐґЫыЭэЪъ'’ʼ -]+\Z")


def ukrainian(name: str) -> str:
    words = []
    for word in re.split(r"([ -])", name.lower().replace("зг", "з\0г")):
        letters = [(_FIRST if at == 0 else _INNER).get(c, _UKRAINIAN.get(c, c)) for at, c in enumerate(word)]
        words.append("".join(letters).replace("z\0h", "zgh").capitalize())
    return "".join(words)


def russian(name: str) -> str:
    text = "".join(_RUSSIAN.get(c, c) for c in name.lower())
    text = re.sub(r"(?:iy|yy)(?=\b)", "y", text)  # "Krasnyy" is written Krasny
    return "".join(w.capitalize() for w in re.split(r"([ -])", text))


def romanised(name: str) -> tuple[str, ...]:
    """Latin spellings of a Cyrillic name: by the table of its language where its letters tell, by both where they do not; () for others."""
    if not _CYRILLIC.match(name) or not re.search(r"[А-Яа-яІіЇїЄє]", name):
        return ()
    if _ONLY_RUSSIAN.search(name):
        return (russian(name),)
    if _ONLY_UKRAINIAN.search(name):
        return (ukrainian(name),)
    return tuple(dict.fromkeys((ukrainian(name), russian(name))))
