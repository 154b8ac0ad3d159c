// The page's one state, and its address: whatever can be shared lives in the URL, whatever is a reader's taste in the browser.
import { get } from "./api";
import { clamp, isDay, plus } from "./dates";
import type { Frozen, Theatre } from "./types";

export const VIEWS = ["home", "map", "table", "compare", "tallies", "whatif", "review"] as const;
export type View = (typeof VIEWS)[number];
export const TITLES: Record<View, string> = {
  home: "What changed", map: "Map", table: "Table", compare: "Compare", tallies: "Tallies", whatif: "What if", review: "Review",
};
const OF_A_LEDGER: View[] = ["whatif", "review"]; // what a frozen edition cannot answer
const LISTS = ["kind", "holder", "support", "drop_outlet", "drop_side"] as const;
type List = (typeof LISTS)[number];

class Page {
  theatre = $state.raw<Theatre | null>(null);
  view = $state<View>("home");
  asOf = $state("");
  settled = $state(""); // the clock once it has come to rest: what must be asked of the server follows this
  knownBy = $state("");
  since = $state("");
  other = $state("");
  unit = $state("");
  q = $state("");
  sort = $state("");
  within = $state("");
  reliability = $state("");
  edition = $state("");
  lists = $state<Record<List, string[]>>({ kind: [], holder: [], support: [], drop_outlet: [], drop_side: [] });
  palette = $state("default");
  scheme = $state<"auto" | "light" | "dark">("auto");
  keys = $state(true);
  roster = $state("");
  embed = $state(false);
  fault = $state("");
  head = $state(0); // counts the times that the ledger's head moved while the page was open
  token = "";
  #rest = 0;

  get first(): string {
    return this.theatre?.first ?? this.asOf;
  }
  get last(): string {
    return this.theatre?.as_of ?? this.asOf;
  }
  /** The day shown where the address names none: today, or that of the newest evidence where nothing is recent enough to name a holder. */
  get opens(): string {
    return this.theatre?.opens ?? this.last;
  }
  /** The frozen edition that is served, where no ledger is. */
  get frozen(): Frozen | null {
    return this.theatre?.frozen ?? null;
  }
  get views(): View[] {
    return VIEWS.filter((v) => !this.frozen || !OF_A_LEDGER.includes(v));
  }
  /** The day whose evidence, pictures and exports there are: of a frozen edition its own, else the clock's. */
  get told(): string {
    return this.frozen ? this.frozen.as_of : this.settled;
  }
  /** Whether the clock stands where everything can be asked. */
  get whole(): boolean {
    return !this.frozen || this.settled === this.frozen.as_of;
  }
  /** Both clocks as the API takes them. */
  get clocks(): { as_of: string; known_by: string } {
    return { as_of: this.settled, known_by: this.knownBy };
  }
  sideName(id: string | null): string {
    if (!id) return "unknown";
    return this.theatre?.sides.find((s) => s.id === id)?.name ?? id.replaceAll("_", " ");
  }
  letterOf(id: string | null): string {
    return this.theatre?.sides.find((s) => s.id === id)?.letter ?? "";
  }
  /** The first day whose changes home shows: as chosen, else a week before. */
  get from(): string {
    return this.since && this.since <= this.asOf ? this.since : clamp(plus(this.asOf, -7), this.first, this.asOf);
  }
  get to(): string {
    return this.other || clamp(plus(this.asOf, -7), this.first, this.last);
  }

  async open(): Promise<void> {
    this.embed = location.pathname === "/embed";
    this.token = /(?:^#|&)token=([^&]+)/.exec(location.hash)?.[1] ?? sessionStorage.getItem("heldby-token") ?? "";
    if (this.token) sessionStorage.setItem("heldby-token", this.token);
    if (location.hash.includes("token=")) history.replaceState(null, "", location.pathname + location.search); // not in a link that is shared
    this.taste();
    this.theatre = await get<Theatre>("/theatre");
    this.read();
    window.addEventListener("popstate", () => this.read());
  }

  /** Takes over what the address says. */
  read(): void {
    const told = new URLSearchParams(location.search);
    const text = (name: string): string => told.get(name) ?? "";
    const day = (name: string): string => (isDay(text(name)) ? clamp(text(name), this.first, this.last) : "");
    const view = text("view") as View;
    this.view = this.views.includes(view) ? view : this.embed ? "map" : "home";
    this.asOf = this.settled = day("as_of") || this.opens;
    this.knownBy = !this.frozen && /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?/.test(text("known_by")) ? text("known_by") : "";
    this.since = day("since");
    this.other = day("other");
    for (const name of ["unit", "q", "sort", "within", "reliability", "edition", "roster"] as const) this[name] = text(name);
    this.lists = Object.fromEntries(LISTS.map((name) => [name, told.getAll(name)])) as Record<List, string[]>;
    if (this.theatre?.palettes.includes(text("palette"))) this.palette = text("palette");
  }

  /** The address of this state, changed where `change` says so. */
  link(change: Partial<Record<"view" | "as_of" | "known_by" | "unit" | "edition" | "since" | "other", string>> = {}, path = this.embed ? "/embed" : "/"): string {
    const told: [string, string][] = [
      ["view", this.view === "home" ? "" : this.view], ["as_of", this.asOf === this.opens ? "" : this.asOf], ["known_by", this.knownBy],
      ["since", this.since], ["other", this.other], ["unit", this.unit], ["q", this.q], ["sort", this.sort], ["within", this.within],
      ["reliability", this.reliability], ["roster", this.roster], ["edition", this.edition], ["palette", this.palette === "default" ? "" : this.palette],
    ];
    const query = new URLSearchParams();
    for (const [name, value] of told) {
      const now = (change as Record<string, string | undefined>)[name] ?? value;
      if (now) query.set(name, now);
    }
    for (const name of LISTS) this.lists[name].forEach((value) => query.append(name, value));
    const text = query.toString().replaceAll("%3A", ":");
    return text ? `${path}?${text}` : path;
  }

  /** Writes the address; a step of the clock replaces it, a change of view or place can be gone back from. */
  write(step: boolean): void {
    const at = this.link();
    if (at === location.pathname + location.search) return;
    if (step) history.replaceState(null, "", at);
    else history.pushState(null, "", at);
  }

  go(view: View): void {
    if (!this.views.includes(view)) return;
    this.view = view;
    this.write(false);
  }
  show(unit: string): void {
    this.unit = unit;
    this.write(false);
  }
  set(day: string): void {
    if (!isDay(day)) return;
    this.asOf = clamp(day, this.first, this.last);
    this.edition = "";
    clearTimeout(this.#rest);
    this.#rest = window.setTimeout(() => {
      this.settled = this.asOf;
      this.write(true);
    }, 90);
  }
  know(when: string): void {
    if (this.frozen) return;
    this.knownBy = when;
    this.edition = "";
    this.write(true);
  }
  step(days: number): void {
    this.set(plus(this.asOf, days));
  }
  toggle(list: List, value: string): void {
    const now = this.lists[list];
    this.lists[list] = now.includes(value) ? now.filter((v) => v !== value) : [...now, value];
    this.write(true);
  }

  /** A reader's taste, which no link carries to others but the palette. */
  private taste(): void {
    this.palette = localStorage.getItem("heldby-palette") ?? "default";
    const scheme = localStorage.getItem("heldby-scheme");
    this.scheme = scheme === "light" || scheme === "dark" ? scheme : "auto";
    this.keys = localStorage.getItem("heldby-keys") !== "off";
  }
  prefer(name: "palette" | "scheme" | "keys", value: string): void {
    localStorage.setItem(`heldby-${name}`, value);
    if (name === "palette") this.palette = value;
    else if (name === "scheme") this.scheme = value as "auto" | "light" | "dark";
    else this.keys = value !== "off";
    if (name === "palette") this.write(true);
  }
}

export const page = new Page();
