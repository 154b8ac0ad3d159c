"""review: a person's decisions about what was read, each a revision of the ledger."""

from __future__ import annotations

import json
from typing import Any

import click

from heldby.cli.options import desk_and_ledger, say, with_json, with_ledger

ACTS = ("accept", "reject", "correct", "merge", "add", "undo", "acts")


@click.command()
@click.argument("act", type=click.Choice(ACTS))
@click.argument("ids", nargs=-1)
@click.option("--reason", default="", help="Why; every act needs one.")
@click.option("--unit", default="", metavar="ID", help="correct, add: the place, by its id.")
@click.option("--was", default="", metavar="ID", help="correct: instead of which unit, where the claim names several.")
@click.option("--symbol", default="", help="correct, add: took, holds, lost, contests, not-took, not-holds or not-lost.")
@click.option("--holder", default="", metavar="SIDE", help="correct, add: the side it is about.")
@click.option("--when", default="", metavar="EDTF", help="correct, add: when it was true, as 2021-07-14 or 2021-07-13/2021-07-15.")
@click.option("--voice", default="", help="correct, add: who says so, in words.")
@click.option(
    "--voice-kind", default="", help="correct, add: outlet, agency, official, spokesman, local, resident, monitor, reports or other."
)
@click.option("--voice-side", default="", metavar="SIDE", help="correct, add: a side, independent or unknown.")
@click.option("--text", default="", help="add: the words of the evidence.")
@click.option("--source", default="", help="add: what it is: call, photograph, visit ...")
@click.option("--published", default="", metavar="TIME", help="add: when it was learned, ISO 8601.")
@with_ledger
@with_json
def review(act: str, ids: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Decide on claims (IDS as `heldby why --json` gives them): accept, reject, correct, merge (one voice speaks them all), add one of
    your own, undo an act; `acts` lists what was decided.

    Every act is kept as a revision with its reason, marks what rests on it, and can be undone; nothing that was read is lost.
    """
    from heldby.flow.reviewing import Decision, decide

    typed = {k: given.pop(k) for k in ("reason", "unit", "was", "symbol", "holder", "when", "voice", "voice_kind", "voice_side", "text",
                                        "source", "published")}  # fmt: skip
    with desk_and_ledger(must_exist=True, **given) as (desk, ledger):
        if act == "acts":
            return _listed(ledger.view().acts(), as_json)
        decision = Decision(act, claim_ids=() if act in ("undo", "add") else ids, undoes=ids[0] if act == "undo" and ids else "", **typed)
        act_id = decide(desk, ledger, decision, desk.settings.author)
        head = ledger.head()
    if as_json:
        click.echo(json.dumps({"id": act_id, "revision": head.number if head else 0, "head": head.hash if head else ""}, sort_keys=True))
    else:
        say(f"kept as {act_id}, revision {head.number if head else 0}; `heldby review undo {act_id} --reason ...` takes it back")
    return 0


def _listed(acts: Any, as_json: bool) -> int:
    rows = [
        {"id": r.act.id, "act": str(r.act.verb), "claims": list(r.act.claim_ids), "undoes": r.act.undoes, "reason": r.act.reason, "author": r.author,
         "recorded": r.recorded, "revision": r.revision, "undone": r.undone}
        for r in acts
    ]  # fmt: skip
    if as_json:
        click.echo(json.dumps(rows, sort_keys=True, ensure_ascii=False))
    for row in () if as_json else rows:
        gone = f" (undone by {row['undone']})" if row["undone"] else ""
        click.echo(
            f"{row['revision']} {row['id']} {row['act']} {' '.join(row['claims'])}{row['undoes']}: {row['reason']} - {row['author']}{gone}"
        )
    return 0
