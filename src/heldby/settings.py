"""One settings object: what a run may vary. Later sources win: defaults, `heldby.toml`, `HELDBY_*` in the environment, the command line."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from heldby.errors import HeldbyError, UsageError, WrongSettings

SETTINGS_FILE = "heldby.toml"
PREFIX = "HELDBY_"
ENGINES = ("rules", "openai", "spacy")
NAMED_BY_THE_USER = frozenset({"engine_url", "engine_key_env"})  # never from a file: a folder somebody hands you sends nothing anywhere
DATABASES = ("postgresql://", "postgres://")  # how the address of a database begins, where a ledger is named
CONTROLS = frozenset({"HELDBY_REQUIRE", "HELDBY_PROVE", "HELDBY_TEST_POSTGRES"})  # switches of the test run, not settings
OF_ALERTS = frozenset(
    {"HELDBY_ALERTS_WEBHOOK", "HELDBY_ALERTS_MAIL_USER", "HELDBY_ALERTS_MAIL_PASSWORD"}
)  # `heldby alerts run` looks at them itself


@dataclass(frozen=True, slots=True)
class Settings:
    """`theatre` "" means: the ledger's own, else `world`. `theatres` is a folder of one's own theatres, looked into before the built-in ones.

    `ledger` is a file, or the address of a PostgreSQL database (postgresql://...).
    `max_report_bytes` bounds a single report; `allow_addresses` names exact host:port pairs that a fetch may reach beside public ones;
    `evidence` is the folder where what was fetched is kept as it came ("": beside the ledger's file, for a database `heldby.evidence` in the
    current folder; "off": nowhere).
    `publish_delay_hours` and `coarsen_to` ("" or "province") act in the release gate.

    `workers` is how many processes `read`, `add` and `reread` use: 0 for as many as there are cores, once reading takes a while; a number, from the first report.

    `engine` reads reports: our own rules, or openai or spacy with what `engine_*` name (see heldby.engines): endpoint, model or pipeline, the
    NAME of the variable of the environment that holds a key, a folder for answers, the log of sends, seconds to wait for a sign of life,
    prices per million tokens in and out.
    """

    theatre: str = ""
    theatres: Path | None = None
    ledger: Path | str = Path("heldby.db")
    language: str = "en"
    max_report_bytes: int = 2_000_000
    allow_addresses: tuple[str, ...] = ()
    evidence: str = ""
    publish_delay_hours: int = 0
    coarsen_to: str = ""
    author: str = "heldby"
    workers: int = 0
    engine: str = "rules"
    engine_url: str = ""
    engine_model: str = ""
    engine_key_env: str = ""
    engine_cache: Path | None = None
    engine_log: Path = Path("heldby-sends.jsonl")
    engine_timeout: int = 60
    engine_price_in: float = 0.0
    engine_price_out: float = 0.0

    @property
    def evidence_folder(self) -> Path | None:
        """Where evidence is kept; None where it is not."""
        if self.evidence == "off":
            return None
        if self.evidence:
            return Path(self.evidence)
        return Path("heldby.evidence") if isinstance(self.ledger, str) else Path(f"{self.ledger}.evidence")


def load_settings(folder: Path, environment: Mapping[str, str], **given: Any) -> Settings:
    """Settings from `folder`/heldby.toml, the environment and `given` (None = not given). Raises WrongSettings naming every wrong key at once."""
    settings = Settings()
    path = folder / SETTINGS_FILE
    if path.is_file():
        try:
            table = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
            raise UsageError(str(path), str(e)) from None
        if asked := sorted(NAMED_BY_THE_USER & table.keys()):
            cause = "is taken from the environment or the command line only, so that no folder can send reports or keys anywhere"
            raise WrongSettings(str(path), [HeldbyError(str(path), cause, key) for key in asked])
        settings = _with(settings, table, str(path))
    env = {k[len(PREFIX) :].lower(): v for k, v in environment.items() if k.startswith(PREFIX) and k not in CONTROLS | OF_ALERTS}
    settings = _with(settings, env, "the environment")
    return _with(settings, {k: v for k, v in given.items() if v is not None}, "the command line")


def _with(settings: Settings, table: Mapping[str, Any], subject: str) -> Settings:
    known = {f.name for f in fields(Settings)}
    faults: list[HeldbyError] = []
    values: dict[str, Any] = {}
    for key in sorted(table):
        if key not in known:
            faults.append(HeldbyError(subject, f"no such setting; known: {', '.join(sorted(known))}", key))
            continue
        try:
            values[key] = _convert(key, table[key])
        except (ValueError, TypeError) as e:
            faults.append(HeldbyError(subject, str(e), key))
    if faults:
        raise WrongSettings(subject, faults)
    return replace(settings, **values)


def _convert(key: str, value: Any) -> Any:
    if key in ("ledger", "theatres", "engine_cache", "engine_log"):
        if not isinstance(value, str | Path) or not str(value):
            raise ValueError("expected a path")
        return value if key == "ledger" and str(value).startswith(DATABASES) else Path(value)
    if key in ("engine_price_in", "engine_price_out"):
        price = float(value)
        if not 0 <= price < 1e6:
            raise ValueError("expected a price per million tokens")
        return price
    if key in ("max_report_bytes", "publish_delay_hours", "engine_timeout", "workers"):
        number = int(value)
        if number < 0 or (key not in ("publish_delay_hours", "workers") and number == 0):
            raise ValueError(f"expected a positive whole number, not {value!r}")
        return number
    if key == "allow_addresses":
        return tuple(v.strip() for v in value.split(",") if v.strip()) if isinstance(value, str) else tuple(map(str, value))
    if key == "coarsen_to" and value not in ("", "province"):
        raise ValueError(f'expected "" or "province", not {value!r}')
    if key == "engine" and value not in ENGINES:
        raise ValueError(f"expected {', '.join(ENGINES)}, not {value!r}")
    if not isinstance(value, str):
        raise TypeError(f"expected text, not {value!r}")
    return value


def require_theatre(name: str, known: tuple[str, ...]) -> str:
    """`name` if it is known. Raises UsageError (exit 2) that names the known ones."""
    if name not in known:
        raise UsageError(
            f"theatre {name!r}",
            f"unknown; known theatres: {', '.join(known)}; one of your own is found with --theatres DIR or HELDBY_THEATRES",
        )
    return name
