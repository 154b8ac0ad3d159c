"""A fitted model and the claims it speaks of as plain arrays, and back: numbers and Unicode text, nothing that must be trusted to be read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heldby.errors import HeldbyError
from heldby.weigh.learned.alphabet import Alphabet
from heldby.weigh.learned.fitting import Switches
from heldby.weigh.learned.model import Learned
from heldby.weigh.learned.parameters import Parameters
from heldby.weigh.learned.settings import KindPrior, ModelSettings
from heldby.weigh.learned.table import ClaimTable, Source

FORMAT = "heldby knots 1"
Arrays = Mapping[str, NDArray[Any]]
SMALL = {"source": np.int16, "symbol": np.int16, "echo": np.int16}


def stored(model: Learned, table: ClaimTable) -> dict[str, NDArray[Any]]:
    """Model and table as arrays by name. Rows stand by unit, so that a unit's claims lie together (`unit_ptr` [units + 1])."""
    order = np.lexsort((table.echo, table.symbol, table.source, table.known, table.day, table.unit))  # never as the file had them
    t = table.rows(order)
    ptr = np.zeros(len(t.units) + 1, np.int64)
    np.cumsum(np.bincount(t.unit, minlength=len(t.units)), out=ptr[1:])
    settings = {
        "settings": asdict(model.settings),
        "switches": asdict(model.switches),
        "trace": list(model.trace),
        "set_aside": t.set_aside,
    }
    out: dict[str, NDArray[Any]] = {
        "format": np.array(FORMAT),
        "settings": np.array(json.dumps(settings, sort_keys=True)),
        "span": np.array((model.first, model.last), np.int32),
        "exhaustive": model.exhaustive,
        "rank": model.rank,
        "units": np.array(t.units, np.str_),
        "holders": np.array(t.alphabet.holders, np.str_),
        "sources": np.array([(s.name, s.kind, s.side) for s in t.sources], np.str_).reshape(len(t.sources), 3),
        "unit_ptr": ptr,
        "day": t.day,
        "known": t.known,
        **{name: getattr(t, name).astype(kind) for name, kind in SMALL.items()},
    }
    return out | {f"parameter_{f.name}": getattr(model.parameters, f.name) for f in fields(Parameters)}


def restored(name: str, arrays: Arrays) -> tuple[Learned, ClaimTable]:
    """The model and the table of `stored`. Raises HeldbyError where the arrays are another format's or another version's."""
    wanted = {"settings", "span", "exhaustive", "rank", "units", "holders", "sources", "unit_ptr", "day", "known", *SMALL}
    wanted |= {f"parameter_{f.name}" for f in fields(Parameters)}
    if "format" not in arrays or str(arrays["format"]) != FORMAT:
        raise HeldbyError(name, "holds no knots of `heldby weigh --knots`", "format")
    if missing := sorted(wanted - set(arrays)):
        raise HeldbyError(name, f"lacks {', '.join(missing)}: it was made by another version, weigh the claims again", "format")
    try:
        told = json.loads(str(arrays["settings"]))
        kinds = {k: KindPrior(**_tuples(v)) for k, v in told["settings"].pop("kinds").items()}
        settings, switches = ModelSettings(**_tuples(told["settings"]), kinds=kinds), Switches(**told["switches"])
    except (ValueError, KeyError, TypeError) as e:
        raise HeldbyError(name, f"was made by another version, weigh the claims again ({e})", "settings") from e
    parameters = Parameters(**{f.name: arrays[f"parameter_{f.name}"] for f in fields(Parameters)})
    first, last = (int(d) for d in arrays["span"])
    model = Learned(parameters, settings, switches, first, last, arrays["exhaustive"], arrays["rank"], tuple(told["trace"]))
    units = tuple(arrays["units"].tolist())
    table = ClaimTable(
        units=units,
        sources=tuple(Source(*row) for row in arrays["sources"].tolist()),
        alphabet=Alphabet(tuple(arrays["holders"].tolist())),
        unit=np.repeat(np.arange(len(units), dtype=np.int32), np.diff(arrays["unit_ptr"])),
        day=arrays["day"],
        known=arrays["known"],
        source=arrays["source"].astype(np.int32),
        symbol=arrays["symbol"].astype(np.int32),
        echo=arrays["echo"].astype(np.int32),
        set_aside=told["set_aside"],
    )
    return model, table


def _tuples(values: Mapping[str, Any]) -> dict[str, Any]:
    """JSON's lists as the tuples they were."""
    return {k: tuple(v) if isinstance(v, list) else v for k, v in values.items()}
