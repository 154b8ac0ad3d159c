"""The actors of a lexicon by the words that mean them: generic nouns, generic adjectives, names of peoples."""

from __future__ import annotations

from collections.abc import Iterable

from heldby.model.theatre import Lexicon
from heldby.model.who import Actor, ActorName

TELLING = 5  # letters of a name that, in small letters, is no other word: "is", "car" and "mend" are also initials of parties


class Parties:
    """The actors of a lexicon as a cast needs them; built once. `names` are those of armed groups, which no other word is like."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.actors = {a.id: a for a in lexicon.actors}
        self.nouns = _generic(lexicon.actors, adjective=False)
        self.adjectives = _generic(lexicon.actors, adjective=True)
        self.nationalities = _adjectives(lexicon.actors)
        proper = (
            n.text.lower().removeprefix("the ") for a in lexicon.actors if not a.home for n in a.names if not n.generic and not n.adjective
        )
        self.names = frozenset(n for n in proper if len(n) >= TELLING)
        named = (n for a in lexicon.actors for n in a.names if n.generic and not n.adjective and not n.countries)
        self.metonyms = frozenset(n.text.lower() for n in named if n.text[:1].isupper())


def _adjectives(actors: Iterable[Actor]) -> dict[str, tuple[tuple[str, ActorName], ...]]:
    found: dict[str, list[tuple[str, ActorName]]] = {}
    for actor in actors:
        for name in actor.names:
            if name.adjective and not name.generic:
                found.setdefault(name.text.lower(), []).append((actor.id, name))
    return {text: tuple(bearers) for text, bearers in found.items()}


def _generic(actors: Iterable[Actor], *, adjective: bool) -> dict[str, tuple[tuple[str, ActorName], ...]]:
    """Generic words in lower case and without article, each with its bearers."""
    found: dict[str, list[tuple[str, ActorName]]] = {}
    for actor in actors:
        for name in actor.names:
            if name.generic and name.adjective is adjective:
                found.setdefault(name.text.lower().removeprefix("the "), []).append((actor.id, name))
    return {text: tuple(bearers) for text, bearers in found.items()}
