"""Second engines: readers that are not our own, off unless the user names them, all held to one contract.

rules    our own reader (heldby.read); no part of this room
openai   a model at an endpoint of the user's choice proposes claims; see `asking`
spacy    a spaCy pipeline of the user's choice parses in place of our clause parser; see `pipeline`

Every quoted string must stand in the report and every word be of the vocabulary, or the claim is refused and counted (`contract`). What an
engine cannot read is kept with a gap that says why; our own rules never step in for it.
"""

from heldby.engines.failing import Account, EngineFailure, Reason
from heldby.engines.opening import Engine, EngineOptions, open_engine

__all__ = ["Account", "Engine", "EngineFailure", "EngineOptions", "Reason", "open_engine"]
