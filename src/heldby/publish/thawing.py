"""An edition again, from its own content: what left the gate once needs no second release, and its digest proves that it is the same."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

from heldby.errors import HeldbyError
from heldby.model.ident import digest
from heldby.model.theatre import Theatre
from heldby.publish.edition import GATE_SEAL, Edition


def thaw(value: Mapping[str, Any], theatre: Theatre) -> Edition:
    """The edition whose `edition_json` is `value`, over the theatre that it was made of.

    Its digest is the one it was frozen with: rows may have got columns since, which are empty in it, and it is cited by what it was. Raises
    HeldbyError where the content does not have the digest it names, is of another state of the theatre, or is no edition's that is known here: one
    with columns of a later version is refused, not shown without them.
    """
    content = value.get("content")
    if not isinstance(content, Mapping) or digest(dict(content)) != value.get("digest"):
        raise HeldbyError("edition.json", "its content does not have the digest that it names: it was changed", "digest")
    if content.get("theatre") != theatre.digest:
        cause = f"made of theatre {str(content.get('theatre'))[:16]}, and {theatre.id} here is {theatre.digest[:16]}"
        raise HeldbyError("edition.json", cause, "theatre")
    hints = get_type_hints(Edition)
    names = [f.name for f in fields(Edition) if f.name not in ("theatre", "digest")]
    try:
        if later := sorted(set(content) - {*names, "theatre"}):
            raise ValueError(f"an edition has no {later[0]}")
        parts = {name: built(hints[name], content[name]) for name in names}
    except (AttributeError, KeyError, TypeError, ValueError) as e:
        raise HeldbyError("edition.json", f"is no edition that this version of heldby can read ({type(e).__name__}: {e})") from None
    edition = Edition(theatre=theatre, seal=GATE_SEAL, **parts)
    object.__setattr__(edition, "digest", str(value["digest"]))
    return edition


def built(hint: Any, value: Any) -> Any:
    """`value` (plain JSON) as `hint` says: dataclasses, tuples, mappings, dates, instants, words of an enumeration, or as it is."""
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return None if value is None else built(next(a for a in inner if a is not type(None)), value)
    if origin is tuple:
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(built(inner[0], v) for v in value)
        return tuple(built(h, v) for h, v in zip(inner, value, strict=True))
    if origin is not None and issubclass(origin, Mapping):
        return {k: built(inner[1], v) for k, v in value.items()}
    if is_dataclass(hint) and isinstance(hint, type):
        known = get_type_hints(hint)
        if later := sorted(set(value) - {f.name for f in fields(hint)}):
            raise ValueError(f"{hint.__name__} has no {later[0]}")
        return hint(**{f.name: built(known[f.name], value[f.name]) for f in fields(hint) if f.name in value})
    if hint is datetime:
        return datetime.fromisoformat(value)
    if hint is date:
        return date.fromisoformat(value)
    return hint(value) if isinstance(hint, type) and issubclass(hint, Enum) else value
