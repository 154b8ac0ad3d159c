// The theatre in the browser: its geometry once, and who holds what on every day, so that a step of the clock asks for nothing.
import { ApiError, get } from "./api";
import { between, plus } from "./dates";
import { page } from "./page.svelte";
import type { AreaRun, Geometry, Look, Timeline } from "./types";

export interface Place { id: string; name: string; kind: string; parent: string }
export interface Turned { unit: string; before: Look | null; after: Look | null }

class World {
  geometry = $state.raw<Geometry | null>(null);
  timeline = $state.raw<Timeline | null>(null);
  fault = $state("");
  waiting = $state(true);

  /** Every place that the map can show, by id. */
  places = $derived.by(() => {
    const found = new Map<string, Place>();
    for (const o of this.geometry?.others ?? []) found.set(o.id, { id: o.id, name: o.name, kind: o.kind, parent: o.parent });
    for (const c of this.geometry?.cells ?? []) found.set(c.id, { id: c.id, name: c.name, kind: "district", parent: c.parent });
    for (const r of this.geometry?.roads ?? []) found.set(r.id, { id: r.id, name: r.name, kind: "road", parent: "" });
    for (const s of this.geometry?.symbols ?? []) found.set(s.id, { id: s.id, name: s.name, kind: s.kind === "capital" ? "city" : s.kind === "place" ? "town" : s.kind, parent: s.parent });
    return found;
  });
  /** The day of the clock as the timeline counts. */
  index = $derived(this.timeline ? between(this.timeline.from, page.asOf) : 0);
  looks = $derived(this.at(page.asOf));
  /** How many places pass to another look on each day. */
  stir = $derived.by(() => {
    const days = new Array<number>(this.timeline?.days ?? 0).fill(0);
    const looks = this.timeline?.looks ?? [];
    for (const runs of Object.values(this.timeline?.units ?? {})) {
      let before = "";
      for (const [day, look] of runs) {
        const now = looks[look]?.holder ?? "";
        if (day > 0 && now !== before) days[day] = (days[day] ?? 0) + 1; // how it stood on the first day is no change
        before = now;
      }
    }
    return days;
  });

  async draw(): Promise<void> {
    this.geometry = await get<Geometry>("/geometry");
  }

  /** Fetches the timeline as known at the second clock. */
  async tell(knownBy: string): Promise<void> {
    this.waiting = true;
    try {
      const told = await get<Timeline>("/timeline", { known_by: knownBy });
      if (knownBy !== page.knownBy) return;
      this.timeline = told;
      this.fault = "";
    } catch (error) {
      if (knownBy === page.knownBy) this.fault = error instanceof ApiError ? error.message : String(error);
    } finally {
      if (knownBy === page.knownBy) this.waiting = false;
    }
  }

  /** The look of every place with evidence, at the end of a day. */
  at(day: string): Map<string, Look> {
    const found = new Map<string, Look>();
    const told = this.timeline;
    if (!told || !day) return found;
    const wanted = between(told.from, day);
    for (const [unit, runs] of Object.entries(told.units)) {
      const look = told.looks[last(runs, wanted)?.[1] ?? -1];
      if (look) found.set(unit, look);
    }
    return found;
  }

  /** Areas that stand for their places, on a day. */
  areas(day: string): Map<string, AreaRun> {
    const told = this.timeline;
    const found = new Map<string, AreaRun>();
    if (!told) return found;
    const wanted = between(told.from, day);
    for (const [area, runs] of Object.entries(told.areas ?? {})) {
      const run = last(runs, wanted);
      if (run) found.set(area, run);
    }
    return found;
  }

  /** The next day, in a direction, on which a place passes to another holder; "" where there is none. */
  next(direction: 1 | -1): string {
    const told = this.timeline;
    if (!told) return "";
    for (let i = this.index + direction; i >= 0 && i < told.days; i += direction) if (this.stir[i]) return plus(told.from, i);
    return "";
  }
}

function last<R extends { 0: number }>(runs: R[], wanted: number): R | undefined {
  let low = 0;
  let high = runs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((runs[middle]?.[0] ?? 0) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low ? runs[low - 1] : undefined;
}

/** A sentence of one place's look. */
export function says(look: Look | undefined | null): string {
  if (!look) return "no evidence";
  if (!look.holder) return look.claimed_by ? `claimed, holder unknown; ${look.support}` : `no holder known; ${look.support}`;
  const held = look.holder === "contested" ? "contested" : `held by ${look.holder_name}`;
  return `${look.likelihood} ${held}; ${look.support}`;
}

export const world = new World();
