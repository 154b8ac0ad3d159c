"""theatre list | new | show | check | boundaries."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from heldby.cli.options import PARTLY, say, settings_from, with_json

THEATRES = click.option("--theatres", metavar="DIR", help="A folder of your own theatres, looked into first.")


@click.group()
def theatre() -> None:
    """Conflicts as data: places, actors, outlets, who leans which way."""


@theatre.command("list")
@THEATRES
@with_json
def list_(as_json: bool, **given: str | None) -> int:
    """The theatres there are. One that cannot be loaded is named, and the others are listed all the same."""
    from heldby.errors import HeldbyError
    from heldby.theatres import known_theatres, load_theatre

    own = settings_from(**given).theatres
    loaded, broken = [], 0
    for name in known_theatres(own):
        try:
            loaded.append(load_theatre(name, own))
        except HeldbyError as e:
            broken += 1
            say(f"{name}: {e.cause.splitlines()[0]}; see `heldby theatre check {name}`")
    rows = [
        {"id": t.id, "name": t.name, "units": len(t.units), "actors": len(t.lexicon.actors), "outlets": len(t.lexicon.outlets)}
        for t in loaded
    ]
    if as_json:
        click.echo(json.dumps(rows, sort_keys=True))
        return PARTLY if broken else 0
    for row in rows:
        places = units_words(int(str(row["units"])))
        click.echo(f"{row['id']:<20} {row['name']} ({places}, {row['actors']} actors, {row['outlets']} outlets)")
    return PARTLY if broken else 0


def units_words(number: int) -> str:
    """How many units a theatre lists; one that lists none takes its places from the gazetteer of the whole world."""
    return f"{number} units" if number else "places of the whole world"


@theatre.command("new")
@click.argument("folder", type=click.Path(file_okay=False))
@click.option(
    "--from", "places", metavar="FILE", required=True, type=click.Path(dir_okay=False), help="CSV: name, lat, lon, and more (see --help)."
)
@click.option("--country", metavar="XX", required=True, help="The country, as an ISO 3166 alpha-2 code.")
@click.option(
    "--side", "sides", metavar="ID=NAME", multiple=True, required=True, help="A side of the war; the two main ones first. Once for each."
)
@click.option("--name", metavar="TEXT", default="", help="What the theatre is called (default: its folder's name).")
@click.option("--since", metavar="DAY", help="When the conflict began, YYYY-MM-DD.")
@click.option("--utc-offset", metavar="OFFSET", default="+00:00", show_default=True, help="Civil time there, as +02:00.")
@with_json
def new(folder: str, places: str, country: str, sides: tuple[str, ...], as_json: bool, **given: Any) -> int:
    """Make the theatre FOLDER from a list of places.

    The list is CSV with the columns name, lat, lon (degrees), and, where known: kind (city, town, village, crossing, base, road, province, region;
    town if left out), parent (the area it lies in, made if the list has no row for it), names (other spellings, a semicolon between), population,
    capital_of (the area it is capital of), id, note. What is written is a plain folder of tables: amend it as you like, and `heldby theatre check` it.
    """
    from heldby.clock import parse_day
    from heldby.theatres import BUILT_IN, WORLD, load_theatre
    from heldby.theatres.scaffold import Plan, new_theatre, side_of

    home = Path(folder).resolve()
    since = parse_day(given["since"], "--since") if given["since"] else None
    plan = Plan(country, tuple(side_of(s) for s in sides), given["name"], since, given["utc_offset"])
    new = new_theatre(home, Path(places), plan, BUILT_IN / WORLD)
    made = load_theatre(home.name, home.parent)
    if as_json:
        click.echo(
            json.dumps({"id": made.id, "folder": folder, "places": new.places, "areas": new.areas, "digest": made.digest}, sort_keys=True)
        )
        return 0
    named = f"{len(plan.sides)} sides and third parties"
    click.echo(f"{made.id}: {new.places} places in {new.areas} areas (the country is one), {named}; no fault found")
    for ident, actor in new.taken:
        say(f"side {ident} has the names and spokesmen of {actor.id} ({actor.name}) in the world's list of armed actors")
    for ident in new.unheard:
        say(
            f"side {ident} is nobody in the world's list: in reports it is known only by the names that you give it in {folder}/actors.toml"
        )
    if new.others:
        rest = ", ".join(f"{a.id} ({a.name})" for a in new.others)
        say(f"known in {country} too, and on none of your sides, so that what they take counts for nobody: {rest}")
    say(f"next: amend {folder}/actors.toml (names, spokesmen) and {folder}/outlets.toml, then")
    say(f"  heldby theatre check {made.id} --theatres {Path(folder).parent}")
    say(f"  heldby add FILE --theatre {made.id} --theatres {Path(folder).parent}     (or export HELDBY_THEATRES={Path(folder).parent})")
    return 0


@theatre.command("actors")
@click.argument("words", nargs=-1)
@click.option("--country", metavar="XX", default="", help="Only those at home or fighting there (ISO 3166 alpha-2).")
@click.option("--theatre", "name", metavar="NAME", help="Of this theatre (default: the one that is set, else world).")
@THEATRES
@with_json
def actors(words: tuple[str, ...], country: str, name: str | None, as_json: bool, **given: str | None) -> int:
    """The armed actors that are known: those whose id or names have WORDS in them, or all. An id is what `theatre new --side ID=NAME` takes."""
    from heldby.theatres import WORLD, load_theatre

    settings = settings_from(theatre=name, **given)
    lexicon = load_theatre(settings.theatre or WORLD, settings.theatres).lexicon
    wanted = " ".join(words).casefold()
    found = [
        a
        for a in sorted(lexicon.actors, key=lambda a: a.id)
        if (not country or country in (a.home, *a.countries))
        and any(wanted in text.casefold() for text in (a.id, a.name, *(n.text for n in a.names if not n.generic)))
    ]
    rows = [
        {"id": a.id, "name": a.name, "side": a.side, "countries": list(dict.fromkeys(c for c in (a.home, *a.countries) if c))}
        for a in found
    ]
    if as_json:
        click.echo(json.dumps(rows, sort_keys=True, ensure_ascii=False))
        return 0
    for a in found:
        side = "" if a.side == a.id else f"; side {a.side}"
        places = ", ".join(dict.fromkeys(c for c in (a.home, *a.countries) if c))
        click.echo(f"{a.id:<28} {a.name}{f' ({places})' if places else ''}{side}")
    if not found:
        say("nobody of the list is called so")
    return 0


@theatre.command("show")
@click.argument("name")
@THEATRES
@with_json
def show(name: str, as_json: bool, **given: str | None) -> int:
    """What the theatre NAME holds: sides, rosters, kinds of units, notes."""
    from collections import Counter

    from heldby.theatres import load_theatre

    t = load_theatre(name, settings_from(**given).theatres)
    kinds = Counter(f"{u.kind}{'' if u.scope == 'whole' else f' ({u.scope})'}" for u in t.units)
    facts = {
        "id": t.id,
        "name": t.name,
        "period": [t.since.isoformat(), t.until.isoformat() if t.until else None],
        "utc_offset_minutes": int(t.utc_offset.total_seconds() // 60),
        "sides": {s.id: s.name for s in t.sides} if len(t.sides) <= 12 else len(t.sides),
        "units": dict(sorted(kinds.items())) or units_words(0),
        "spellings": sum(len(u.names) for u in t.units),
        "rosters": {r.id: f"{len(r.unit_ids)} {r.unit_noun}: {r.name}" for r in t.rosters},
        "default_roster": t.default_roster,
        "gazetteer": t.lexicon.gazetteer.version,
        "notes": list(t.notes),
        "digest": t.digest,
    }
    if as_json:
        click.echo(json.dumps(facts, sort_keys=True, ensure_ascii=False))
        return 0
    for key, value in facts.items():
        if isinstance(value, dict):
            click.echo(f"{key}:")
            for k, v in value.items():
                click.echo(f"  {k}: {v}")
        elif key == "notes" and isinstance(value, list):
            for note in value:
                click.echo(f"note: {note}")
        else:
            click.echo(f"{key}: {value}")
    return 0


@theatre.command("check")
@click.argument("name")
@THEATRES
@with_json
def check(name: str, as_json: bool, **given: str | None) -> int:
    """Check every cell of the theatre NAME, and name every fault with its file and row."""
    from heldby.theatres import load_theatre

    t = load_theatre(name, settings_from(**given).theatres)
    t.unit("")  # the world's tables of places are read at the first question
    facts = {"id": t.id, "units": len(t.units), "actors": len(t.lexicon.actors), "outlets": len(t.lexicon.outlets), "digest": t.digest}
    if as_json:
        click.echo(json.dumps(facts, sort_keys=True))
    else:
        counts = f"{units_words(len(t.units))}, {facts['actors']} actors, {facts['outlets']} outlets"
        click.echo(f"{t.id}: no fault in {counts}; digest {t.digest[:16]}")
    return 0


@theatre.command("boundaries")
@click.argument("file", type=click.Path(dir_okay=False))
@click.option("--theatre", "name", metavar="NAME", required=True, help="The theatre whose districts are outlined.")
@click.option("--out", metavar="FILE", help="Write what matched as GeoJSON, for `heldby map --boundaries`.")
@THEATRES
@with_json
def boundaries(file: str, name: str, out: str | None, as_json: bool, **given: str | None) -> int:
    """Match the district outlines in FILE (GeoJSON, GeoPackage, shapefile) to the theatre, and list what did not match."""
    from heldby.locate.boundaries import read_boundaries, write_boundaries
    from heldby.theatres import load_theatre

    loaded = load_theatre(name, settings_from(**given).theatres)
    match = read_boundaries(file, loaded)
    if out:
        write_boundaries(out, match, loaded)
        say(f"wrote {out}")
    if as_json:
        missed = [{"name": f.name, "parent": f.parent, "reason": f.reason} for f in match.unmatched_features]
        facts = {
            "matched": dict(sorted(match.how.items())),
            "unmatched_features": missed,
            "unmatched_units": list(match.unmatched_units),
            "doubts": list(match.doubts),
            "notes": list(match.notes),
        }
        click.echo(json.dumps(facts, sort_keys=True, ensure_ascii=False))
    else:
        for f in match.unmatched_features:
            click.echo(f"no district for {f.name!r}, {f.parent or 'no parent'}: {f.reason}")
        for unit_id in match.unmatched_units:
            unit = loaded.unit(unit_id)
            click.echo(f"no outline for {unit.name if unit else unit_id} ({unit_id})")
        click.echo(
            f"{len(match.matched)} outlines matched, {len(match.unmatched_features)} not, {len(match.unmatched_units)} districts without"
        )
    return PARTLY if match.unmatched_features or match.unmatched_units else 0
