"""The learned model: who held what, from anyone's table of claims. Pure; numba is imported when a model is first fitted."""

from heldby.weigh.learned.alphabet import CONTESTED, Alphabet
from heldby.weigh.learned.asof import as_it_stood
from heldby.weigh.learned.changes import Change, changes, design_effect, error_reach, tally
from heldby.weigh.learned.fitting import Switches
from heldby.weigh.learned.model import Learned, learn, posterior, refill, smoothed
from heldby.weigh.learned.parameters import Parameters
from heldby.weigh.learned.reading import COLUMNS, Coder, coded_table, read_table
from heldby.weigh.learned.settings import KIND_PRIORS, KindPrior, ModelSettings
from heldby.weigh.learned.table import KINDS, ByUnit, ClaimTable, Source

__all__ = [
    "COLUMNS",
    "CONTESTED",
    "KINDS",
    "KIND_PRIORS",
    "Alphabet",
    "ByUnit",
    "Change",
    "ClaimTable",
    "Coder",
    "KindPrior",
    "Learned",
    "ModelSettings",
    "Parameters",
    "Source",
    "Switches",
    "as_it_stood",
    "changes",
    "coded_table",
    "design_effect",
    "error_reach",
    "learn",
    "posterior",
    "read_table",
    "refill",
    "smoothed",
    "tally",
]
