"""Weighing: echoes become testimonies, testimonies a dated status with its reasons; tallies, and other people's tallies beside ours."""

from heldby.weigh.case import Case
from heldby.weigh.comparison import PublishedFigure, compare
from heldby.weigh.counting import tallies, tally
from heldby.weigh.echo import Heard, hear, testify
from heldby.weigh.priors import Priors, load_priors, parse_priors
from heldby.weigh.record import ChangeRecord, OriginRecord, Record
from heldby.weigh.sources import learned_reliabilities, records
from heldby.weigh.weigher import Trace, Weigher, assess

__all__ = [
    "Case",
    "ChangeRecord",
    "Heard",
    "OriginRecord",
    "Priors",
    "PublishedFigure",
    "Record",
    "Trace",
    "Weigher",
    "assess",
    "compare",
    "hear",
    "learned_reliabilities",
    "load_priors",
    "parse_priors",
    "records",
    "tallies",
    "tally",
    "testify",
]
