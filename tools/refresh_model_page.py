"""Make the tables of priors in docs/model.md anew from priors.toml: `python tools/refresh_model_page.py`.

tests/test_model_page.py fails while the page says anything else.
"""

from __future__ import annotations

import re
import tomllib
from importlib import resources
from pathlib import Path

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


def filled(page: str, text: str) -> str:
    """The page with both tables as the file has them now."""
    for name, rows in (("voices", voices(text)), ("constants", constants(text))):
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
