"""Make the tables of priors in docs/model.md anew from priors.toml and the learned model's settings: `python tools/refresh_model_page.py`.

tests/test_model_page.py fails while the page says anything else.
"""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path

from heldby.weigh.learned.assumed import PHASE
from heldby.weigh.learned.settings import KIND_PRIORS, ModelSettings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "model.md"
RATIOS = ("event", "again", "state", "denial", "contest")
_CONSTANT = re.compile(r"(\w+) = (\S+)\s+# (.+)")


def voices(text: str) -> list[str]:
    """The likelihood ratios by voice and interest, in the order in which the first that fits counts."""
    rows = tomllib.loads(text)["voice"]
    out = [f"| line | voices | interest | {' | '.join(RATIOS)} | because |", f"|---|---|---|{'---:|' * len(RATIOS)}---|"]
    for row in rows:
        kinds = "any" if row["kinds"] == ["*"] else ", ".join(row["kinds"])
        ratios = " | ".join(f"{row[r]:g}" for r in RATIOS)
        out.append(f"| {row['id']} | {kinds} | {row['interest']} | {ratios} | {row['why']} |")
    return out


def constants(text: str) -> list[str]:
    """Every constant with the words that stand beside it in the file."""
    found = tomllib.loads(text)
    out, section = ["| | constant | value | |", "|---|---|---:|---|"], ""
    for line in text.splitlines():
        if head := re.match(r"\[(\w+)\]", line):
            section = head[1]
        elif (told := _CONSTANT.match(line)) and section:
            out.append(f"| {section} | {told[1]} | {found[section][told[1]]:g} | {told[3]} |")
    return out


def kinds() -> list[str]:
    """What each kind of source is taken to say, before a claim is read."""
    out = [
        '| kind | while it holds | while contested | a "took" names the holder: fresh, settled | "took" while contested | repeats itself | recaptures | looks |',
        "|---|---|---|---|---:|---:|---:|---:|",
    ]

    def row(said: tuple[float, ...]) -> str:
        return " ".join(f"{x:.2f}".lstrip("0") for x in said)

    for kind, k in KIND_PRIORS.items():
        name, took = (kind, f"{k.took_right:g}, {k.took_settled:g}") if k.enemy is None else (f"{kind}, its side holds", "its own")
        out.append(
            f"| {name} | {row(k.held)} | {row(k.contested)} | {took} | {k.took_contested:g} | {k.repeat:g} | {k.regain:g} | {k.weight:g} |"
        )
        if k.enemy is not None:
            out.append(f"| {kind}, the enemy holds | {row(k.enemy)} | | | | | | |")
    return out


def model(source: str) -> list[str]:
    """Every constant of the learned model with the words that stand beside it in the source."""
    out, settings = ["| constant | value | |", "|---|---:|---|"], ModelSettings()
    for name, says in re.findall(r"^    (\w+): [^=\n]+ = .+?  # (.+)$", source, re.MULTILINE):
        value = getattr(settings, name)
        out.append(f"| {name} | {', '.join(f'{x:.4g}' for x in (value if isinstance(value, tuple) else (value,)))} | {says} |")
    for group, column in zip(("a word of a state", '"took"', '"lost"', "a denial"), PHASE.T, strict=True):
        out.append(
            f'| {group} | {", ".join(f"{x:g}" for x in column)} | how much likelier while settled, fresh, contested ("took" while contested: by kind) |'
        )
    return out


def filled(page: str, text: str) -> str:
    """The page with its tables as the files have them now."""
    source = resources.files("heldby.weigh.learned").joinpath("settings.py").read_text("utf-8")
    for name, rows in (("voices", voices(text)), ("constants", constants(text)), ("kinds", kinds()), ("model", model(source))):
        block = "\n".join(rows)
        page, n = re.subn(
            rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", lambda m, block=block: f"{m[1]}{block}\n{m[2]}", page, flags=re.DOTALL
        )
        if n != 1:
            raise SystemExit(f"{PAGE.name} has no block {name}")
    return page


def main() -> None:
    text = resources.files("heldby.weigh").joinpath("priors.toml").read_text("utf-8")
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")


if __name__ == "__main__":
    main()
