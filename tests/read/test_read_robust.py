"""No text breaks the reader, none holds it up, and the same text gives the same claims whatever the process is like."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from heldby.locate import Locator
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

BENCH = Path(__file__).resolve().parents[2] / "bench" / "read_mutants.py"
PUBLISHED = Published.parse("2021-08-14")


PATIENCE = 6.0  # times what a quiet machine is allowed: here only what all but never ends is found


@pytest.fixture(scope="module")
def mutants() -> ModuleType:
    spec = importlib.util.spec_from_file_location("read_mutants", BENCH)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["read_mutants"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(load_rulebook(), load_theatre("world").lexicon)


@pytest.fixture(scope="module")
def locator() -> Locator:
    return Locator(load_theatre("world").lexicon)


def test_no_broken_report_raises_or_holds_the_reader_up(mutants: ModuleType, reader: Reader, locator: Locator, proving: bool) -> None:
    mutants.try_one(reader, locator, mutants.OWN[0])  # the gazetteer is loaded at its first use
    some = list(mutants.mutants(10_000 if proving else 160, seed=3))
    assert {m.kind.partition("+")[0] for m in some} == {m.__name__ for m in mutants.MUTATIONS}
    assert [(f.cause, f.mutant.text) for f in mutants.faults(reader, locator, some, {}, 1.0 if proving else PATIENCE)] == []


def test_a_fault_is_found_where_there_is_one(mutants: ModuleType, locator: Locator) -> None:
    class Broken:
        def read(self, report: Report) -> None:
            raise ValueError("too bad")

    (fault,) = mutants.faults(Broken(), locator, [mutants.Mutant("cut", "Herat fell.")], {})
    assert fault.cause.startswith("ValueError in test_read_robust.py")
    assert mutants.smallest("the rebels took it", lambda text: "k" in text) == "k"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        '"',
        "“said:",
        'said citing h"A still said:ABAD -r said,Taliban took control of it',
        "Koni,denied it ",
        "." * 5_000,
        "(" * 2_000 + "Herat fell to the Taliban" + ")" * 2_000,
        'He said: "' * 500 + "Herat has fallen",
        "and Herat " * 3_000 + "fell to the Taliban.",
        "The Taliban " * 3_000,
        "\u202e.nabilaT eht ot llef tareH\u202c",
        "HERAT FELL TO THE TALIBAN ON SUNDAY, OFFICIALS SAID",
        "Herat\u0000fell\u0007to\u001bthe Taliban.",
        "Herat fell to the Taliban\ud800 on Sunday.",
        "1,2,3 " * 2_000 + "of 407 districts are held by the Taliban.",
    ],
    ids=lambda text: ascii(text[:24]),
)
def test_hard_texts_are_read_in_their_time(mutants: ModuleType, reader: Reader, locator: Locator, text: str) -> None:
    assert mutants.faults(reader, locator, [mutants.Mutant("hard", text)], {}, PATIENCE) == []


READ_ALL = """
import hashlib, json, sys
from concurrent.futures import ProcessPoolExecutor
from heldby.flow.demo import DATA
from heldby.interchange import reading_line
from heldby.locate import Locator
from heldby.model.report import Report
from heldby.model.when import Published
from heldby.read import Reader
from heldby.rules import load_rulebook
from heldby.theatres import load_theatre

lexicon = load_theatre("world").lexicon
reader, locator = Reader(load_rulebook(), lexicon), Locator(lexicon)

def read(line):
    report = Report.of(line["text"], outlet=line["outlet"], url=line["url"], published=Published.parse(line["published"]), given_id=line["id"])
    return json.dumps(reading_line(report, locator.locate(reader.read(report), report)), sort_keys=True, ensure_ascii=False)

if __name__ == "__main__":
    lines = [json.loads(x) for x in (DATA / "dispatches.jsonl").read_text(encoding="utf-8").splitlines()]
    lines = [x for x in lines if "text" in x][: int(sys.argv[2])]
    workers = int(sys.argv[1])
    if workers == 1:
        read_lines = [read(x) for x in lines]
    else:
        with ProcessPoolExecutor(workers) as pool:
            read_lines = list(pool.map(read, lines, chunksize=3))
    print(len(read_lines), hashlib.sha256("\\n".join(read_lines).encode()).hexdigest())
"""
ZONES = ("UTC", "Asia/Kabul", "America/Los_Angeles", "Pacific/Kiritimati")


def test_the_same_texts_give_the_same_bytes_in_every_process(tmp_path: Path, proving: bool) -> None:
    script = tmp_path / "read_all.py"
    script.write_text(READ_ALL, encoding="utf-8")
    found = set()
    for number in range(20 if proving else 2):
        environment = {**os.environ, "PYTHONHASHSEED": str(number * 7 + 1), "TZ": ZONES[number % len(ZONES)]}
        command = [sys.executable, str(script), str(number % 3 + 1), "250" if proving else "40"]
        found.add(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
    assert len(found) == 1
    assert next(iter(found)).split()[0] == ("250" if proving else "40")
