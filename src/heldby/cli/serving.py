"""serve: the API and the pages, for this machine alone or for a team."""

from __future__ import annotations

import secrets
import shlex
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from heldby.cli.options import desk_and_ledger, progress, say, settings_from, with_ledger

if TYPE_CHECKING:
    from heldby.desk import Desk
    from heldby.web.gatehouse import Door
    from heldby.web.shelf import Shelf

DEMO_FOLDER = Path("demo-out")


@click.command()
@click.option("--demo", is_flag=True, help="Serve the bundled dispatches (read into demo-out, where `heldby demo` has not done so).")
@click.option(
    "--edition",
    "folder",
    type=click.Path(exists=True, file_okay=False),
    help="Serve a folder that `heldby edition freeze` wrote; no ledger is needed.",
)
@click.option(
    "--digest", "cited", default="", metavar="HEX", help="With --edition: the digest you were given, of the edition or of its SHA256SUMS."
)
@click.option(
    "--evidence",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Where fetched pages were kept as they came (default: beside the ledger).",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="An address of this machine alone; any with --team.")
@click.option("--port", type=click.IntRange(1, 65535), default=8470, show_default=True)
@click.option(
    "--team", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Who may come in, and as what (`heldby team add`)."
)
@click.option(
    "--certificate", metavar="PEM", type=click.Path(exists=True, dir_okay=False), help="With --team: TLS without a proxy before it."
)
@click.option("--certificate-key", metavar="PEM", type=click.Path(exists=True, dir_okay=False), help="The key of --certificate.")
@with_ledger
def serve(
    *, demo: bool, folder: str | None, cited: str, host: str, port: int, team: Path | None, certificate: str | None,
    certificate_key: str | None, **given: Any,
) -> int:  # fmt: skip
    """Show the ledger in a browser, and answer programs: a page, a JSON API, OGC API Features, feeds, exports."""
    from heldby.errors import HeldbyError, UsageError

    if needed := missing():
        raise HeldbyError("serve", f"needs FastAPI and uvicorn: {needed}")
    import uvicorn

    from heldby.web.app import create_app, create_team_app
    from heldby.web.shell import MEND, built_page

    door = _door(team, host)
    if bool(certificate) != bool(certificate_key) or (certificate and not door):
        raise UsageError("--certificate", "goes with --certificate-key and --team")
    if demo and any(given.values()):
        raise UsageError("--demo", "has a ledger and a theatre of its own; leave out --ledger, --theatre and --theatres")
    if folder and (demo or given.get("ledger") or given.get("theatre") or given.get("evidence")):
        raise UsageError("--edition", "is served from its folder alone; leave out --demo, --ledger, --theatre and --evidence")
    if cited and not folder:
        raise UsageError("--digest", "is that of a frozen edition; name its folder with --edition")
    shelf = _frozen(Path(folder), given.get("theatres"), cited) if folder else _shelf(_demo() if demo else _desk(**given))
    page = built_page()
    if page is None:
        say(MEND)
    name = shelf.inquiry().theatre.name
    shelf.watch()
    sys.setswitchinterval(0.001)  # seconds: answers do not wait for the weighing beside them
    at = f"http://{f'[{host}]' if ':' in host else host}:{port}/"
    if door:
        app = create_team_app(shelf, door, page=page)
        frozen = "a frozen edition, which every member may read and nobody write; " if folder else ""
        say(f"{name} is at {door.team.origin} for the members in {team}  ({frozen}listening at {host}:{port}; Ctrl-C stops)")
    elif folder:
        app = create_app(shelf, page=page)
        say(f"{name} is at {at}  (a frozen edition: nothing can be written; API: {at}api/v1/theatre; Ctrl-C stops)")
    else:
        token = secrets.token_urlsafe(24)
        app = create_app(shelf, page=page, token=token)
        say(f"{name} is at {at}#token={token}  (with this address the page may also write reviews, until this server ends)")
        say(f"without it, it reads alone: {at}  (API: {at}api/v1/theatre, described at {at}openapi.json; Ctrl-C stops)")
    proxies = door.team.proxies if door else ()
    config = uvicorn.Config(
        app, host=host, port=port, log_level="warning", access_log=False, server_header=False, proxy_headers=bool(proxies),
        forwarded_allow_ips=list(proxies), ssl_certfile=certificate, ssl_keyfile=certificate_key,
    )  # fmt: skip
    uvicorn.Server(config).run()
    return 0


def _door(team: Path | None, host: str) -> Door | None:
    """The way in for a team; None for a machine of one's own. Raises UsageError where anybody could read, or read along."""
    from heldby.desk import present
    from heldby.errors import UsageError
    from heldby.web.gatehouse import Door
    from heldby.web.security import loopback

    if team is None:
        loopback(host)
        return None
    door = Door.open(team, present)
    if not door.team.private:
        raise UsageError(f"{team}, origin", "keys would travel in the clear: expected an address that begins with https://")
    provider = door.team.provider
    if provider and (find_spec("joserfc") is None or find_spec("httpx2") is None):
        raise UsageError(f"{team}, oidc", "needs joserfc and httpx2: pip install 'heldby[team]'")
    return door


def _shelf(desk: Desk) -> Shelf:
    from heldby.web.shelf import Shelf

    say("weighing")
    return Shelf(desk, desk.settings.ledger)


def _frozen(folder: Path, theatres: str | None, cited: str) -> Shelf:
    """The shelf of a folder. Raises Faults that name every file that is not as it was frozen."""
    from importlib.metadata import version

    from heldby.errors import Faults, HeldbyError
    from heldby.flow.freezing import carried, check_frozen, frozen_theatre, thawed
    from heldby.flow.thawed import FrozenInquiry
    from heldby.web.frozen import FrozenShelf

    own = settings_from(theatres=theatres).theatres
    say("checking the folder")
    found = check_frozen(folder, lambda _: frozen_theatre(folder, own), cited)
    if found.differences:
        raise Faults(str(folder), [HeldbyError(d.name, d.how) for d in found.differences])
    edition, view = thawed(folder, own)
    say(f"as it was frozen: edition {edition.digest}, SHA256SUMS {found.sums}")
    if view is None:
        say("it was frozen by an older heldby, without view.json: its own day is shown, without the days before")
    return FrozenShelf(FrozenInquiry(edition, view, version("heldby"), carried(folder)))


def missing() -> str:
    """The command that installs what `serve` needs; "" where all is there. It calls the Python that runs now, in which heldby is: another one's pip
    might fetch a program of others that has the name."""
    if all(find_spec(name) is not None for name in ("fastapi", "uvicorn")):
        return ""
    python = Path(sys.executable)
    here = python.relative_to(Path.cwd()) if python.is_relative_to(Path.cwd()) else python
    return f"{shlex.quote(str(here))} -m pip install 'heldby[web,map]'"


def call_for(folder: Path) -> str:
    """How to look in a browser at the demo that lies in `folder`, with what must be installed first where something must."""
    call = "heldby serve --demo" if folder == DEMO_FOLDER else f"heldby serve --ledger {folder / 'demo.db'}"
    return f"{needed} && {call}" if (needed := missing()) else call


def _desk(**given: Any) -> Desk:
    with desk_and_ledger(must_exist=True, **given) as (desk, _):
        return desk


def _demo() -> Desk:
    from heldby.flow.demo import demo_desk, dispatch_count, read_dispatches
    from heldby.ledger import ledger_exists

    desk = demo_desk(DEMO_FOLDER)
    if not ledger_exists(desk.settings.ledger):
        with progress("reading", dispatch_count()) as step:
            read_dispatches(desk, step)
    return desk
