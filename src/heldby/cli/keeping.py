"""verify, checkpoint, backup, restore, erase, doctor: whether the ledger is whole, and what keeps it so."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from heldby.cli.options import printable, say, settings_from, with_json, with_ledger

if TYPE_CHECKING:
    from heldby.flow.backup import Backup
    from heldby.ledger import Ledger
    from heldby.settings import Settings


@contextmanager
def _standing(**given: Any) -> Iterator[tuple[Ledger, Settings]]:
    """The ledger that is there already, without what reading would need. Raises UsageError where there is none."""
    from heldby.errors import UsageError
    from heldby.ledger import ledger_exists, open_ledger, where_in_words

    settings = settings_from(**given)
    if not ledger_exists(settings.ledger):
        raise UsageError("--ledger", f"there is no ledger at {where_in_words(settings.ledger)}")
    ledger = open_ledger(settings.ledger)
    try:
        yield ledger, settings
    finally:
        ledger.close()


@click.command()
@click.option("--checkpoint", type=click.Path(dir_okay=False), help="A checkpoint kept outside the ledger (JSON), to verify against.")
@click.option("--public-key", type=click.Path(dir_okay=False), help="The key (PEM) whose holder must have signed the checkpoint.")
@click.option("--save-checkpoint", type=click.Path(dir_okay=False), help="Write today's checkpoint to this file.")
@with_ledger
@with_json
def verify(checkpoint: str | None, public_key: str | None, save_checkpoint: str | None, as_json: bool, **given: Any) -> int:
    """Check that nothing in the ledger was changed, against its hash chain and a checkpoint kept elsewhere; nor in the evidence beside it.

    With --public-key, the checkpoint counts only if the holder of that key signed it (see `heldby checkpoint`).
    """
    from heldby.errors import UsageError
    from heldby.flow.custody import verify_all

    if public_key and not checkpoint:
        raise UsageError("--public-key", "checks the signature of a checkpoint: name that with --checkpoint")
    kept = _checkpoint(checkpoint) if checkpoint else None
    fault = _signature_fault(kept, public_key) if kept and public_key else ""
    with _standing(**given) as (ledger, settings):
        found = verify_all(ledger, settings.evidence_folder, kept)
    now, whole = found.checkpoint, found.whole and not fault
    if as_json:
        rows = [{"revision": b.revision, "subject": b.subject, "cause": b.cause} for b in found.breaks]
        rows += [{"revision": 0, "subject": "checkpoint", "cause": fault}] if fault else []
        flaws = [{"entry": f.entry, "subject": f.subject, "cause": f.cause} for f in found.flaws]
        click.echo(json.dumps({"whole": whole, "breaks": rows, "evidence": flaws, "checkpoint": now}, sort_keys=True))
    else:
        if fault:
            click.echo(f"checkpoint: {fault}")
        for b in found.breaks:
            click.echo(printable(f"revision {b.revision}, {b.subject}: {b.cause}"))
        for f in found.flaws:
            click.echo(printable(f"evidence{f', entry {f.entry}' if f.entry else ''}, {f.subject}: {f.cause}"))
        entries = found.entries
        more = f"; {entries} entries of evidence" if entries else ""
        more += "; the checkpoint's signature is good" if public_key else ""
        click.echo(f"whole: revision {now.get('revision')}, head {now.get('hash')}{more}" if whole else "broken")
    if save_checkpoint and whole:
        Path(save_checkpoint).write_text(json.dumps(now, sort_keys=True) + "\n", encoding="utf-8")
    return 0 if whole else 1


@click.command()
@click.option("--new-key", metavar="FILE", help="Make a key: the private one in FILE, the public one in FILE.pub; sign nothing.")
@click.option("--key", metavar="FILE", help="Sign with this private key (PEM), which is kept away from the ledger.")
@click.option("--out", metavar="FILE", help="Write it to FILE, and not to standard output.")
@with_ledger
def checkpoint(new_key: str | None, key: str | None, out: str | None, **given: Any) -> int:
    """Say where the ledger and its evidence stand, signed, to be kept elsewhere: `heldby verify --checkpoint FILE --public-key KEY.pub` proves
    later that nothing up to there was changed or cut off. A ledger that is broken now gets no checkpoint."""
    from heldby.errors import HeldbyError
    from heldby.flow.custody import verify_all
    from heldby.ledger.signing import signed

    if new_key:
        return _make_key(new_key)
    with _standing(**given) as (ledger, settings):
        found = verify_all(ledger, settings.evidence_folder)
    if not found.whole:
        raise HeldbyError("checkpoint", "the ledger is not whole: `heldby verify` says where")
    told = signed(found.checkpoint, _key_bytes(key)) if key else found.checkpoint
    text = json.dumps(told, sort_keys=True) + "\n"
    if out:
        Path(out).write_text(text, encoding="utf-8")
    else:
        click.echo(text, nl=False)
    return 0


def _make_key(name: str) -> int:
    from heldby.errors import UsageError
    from heldby.ledger.signing import new_key

    private, public = Path(name), Path(f"{name}.pub")
    if private.exists() or public.exists():
        raise UsageError("--new-key", f"{private} or {public} is there already, and is not overwritten")
    secret, open_ = new_key()
    with os.fdopen(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(secret)
    public.write_bytes(open_)
    say(f"{private} signs; keep it away from the ledger, and where only those come who may. {public} checks; give it to whoever asks.")
    return 0


def _key_bytes(name: str) -> bytes:
    path = Path(name)
    if path.is_file() and path.stat().st_mode & 0o077:
        say(f"{name} can be read by others on this machine: chmod 600 {name}")
    return _bytes("--key", name)


def _signature_fault(kept: dict[str, Any], public_key: str) -> str:
    from heldby.ledger.signing import signature_fault

    return signature_fault(kept, _bytes("--public-key", public_key))


def _bytes(option: str, name: str) -> bytes:
    from heldby.errors import UsageError

    try:
        return Path(name).read_bytes()
    except OSError as e:
        raise UsageError(option, f"{name}: {e.strerror or e}") from None


@click.command()
@click.argument("report")
@click.option("--reason", required=True, help="Why; it stands in the ledger for good.")
@with_ledger
def erase(report: str, reason: str, **given: Any) -> int:
    """Take REPORT (its id) out of the ledger and the evidence: its text, what was read from it, the bytes it was read from.

    A tombstone stays, with who, when and why; hashes and chain stay as they are, and editions say that a report was erased. It cannot be undone.
    Backups, frozen editions, alerts already sent and a server's write-ahead log are not reached by it.
    """
    from datetime import UTC, datetime
    from importlib.metadata import version

    from heldby.flow.custody import erase_everywhere

    with _standing(**given) as (ledger, settings):
        tool = f"heldby {version('heldby')}"
        where, author = settings.evidence_folder, settings.author
        told = erase_everywhere(ledger, where, lambda: datetime.now(UTC), author, tool, report_id=report, reason=reason)
    click.echo(f"{told.report_id} is erased (revision {told.revision}, {told.recorded}, by {told.author}: {told.reason})")
    return 0


@click.command()
@click.argument("file", type=click.Path(dir_okay=False))
@with_ledger
@with_json
def backup(file: str, as_json: bool, **given: Any) -> int:
    """Write the ledger and its evidence into FILE (tar), read that again and check it; FILE is there when all of it is, and not before.

    Others may add meanwhile: it holds one state. What was erased is not in it.
    """
    from datetime import UTC, datetime
    from importlib.metadata import version

    from heldby.flow.backup import make_backup
    from heldby.model.when import utc_text

    made = {"by": f"heldby {version('heldby')}", "at": utc_text(datetime.now(UTC))}
    with _standing(**given) as (ledger, settings):
        told = make_backup(ledger, settings.evidence_folder, Path(file), made)
    _say_backup("backed up", told, file, as_json)
    return 0


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--check", is_flag=True, help="Only read FILE to its end, and say whether it is whole.")
@with_ledger
@with_json
def restore(file: str, check: bool, as_json: bool, **given: Any) -> int:
    """Bring a backup back as a new ledger (--ledger, a file or a database) with its evidence, checked; nothing is ever overwritten."""
    from heldby.flow.backup import check_backup
    from heldby.flow.backup import restore as bring_back

    if check:
        _say_backup("whole", check_backup(Path(file)), file, as_json)
        return 0
    settings = settings_from(**given)
    _say_backup("restored", bring_back(Path(file), settings.ledger, settings.evidence_folder), file, as_json)
    return 0


def _say_backup(what: str, told: Backup, file: str, as_json: bool) -> None:
    if as_json:
        figures = {"revisions": told.revisions, "files": told.files, "bytes": told.size, "checkpoint": dict(told.checkpoint)}
        click.echo(json.dumps(figures, sort_keys=True))
    else:
        at = f"revision {told.checkpoint.get('revision')}, head {told.checkpoint.get('hash')}"
        click.echo(f"{what}: {file}, {told.size:,} bytes, {told.files} files of evidence, {at}")


@click.command()
@with_ledger
@with_json
def doctor(as_json: bool, **given: Any) -> int:
    """Look over what a run depends on (storage, permissions, disk, clock, evidence, engine, theatre, rules), and say how each fault is mended.

    Exit code 1: something is at fault. It writes nothing into the ledger; whether every record is as it was written, `heldby verify` says.
    """
    from heldby.flow.checkup import findings
    from heldby.ledger.condition import Grade

    found = list(findings(settings_from(**given), Path.cwd()))
    for f in found:
        if as_json:
            click.echo(json.dumps({"grade": f.grade, "subject": f.subject, "words": f.words, "mend": f.mend}, ensure_ascii=False))
        else:
            click.echo(printable(f"{f.grade:<5}  {f.subject}: {f.words}" + (f"; to mend: {f.mend}" if f.mend else "")))
    return 1 if any(f.grade is Grade.FAULT for f in found) else 0


def _checkpoint(path: str) -> dict[str, Any]:
    from heldby.errors import UsageError

    try:
        value = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as e:
        raise UsageError("--checkpoint", f"{path}: {e.strerror or e}") from None
    except ValueError as e:
        raise UsageError("--checkpoint", f"{path}: {e}") from None
    if not isinstance(value, dict) or "heldby-ledger" not in value:
        raise UsageError("--checkpoint", f"{path}: is no checkpoint that `heldby verify --save-checkpoint` wrote")
    return value
