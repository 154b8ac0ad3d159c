// Keys for everything. A key alone acts only where nothing is being typed, and all of them can be switched off (WCAG 2.1.4).
import { page, type View } from "./page.svelte";
import { world } from "./world.svelte";

const KEYS: [string, string][] = [
  ["← →", "a day earlier, later"],
  ["Shift ← →", "a week earlier, later"],
  ["[ ]", "the change before, after"],
  ["Home End", "first, last day"],
  ["p", "play, stop"],
  ["k", "as known then, as known now"],
  ["h m t c", "what changed, map, table, compare"],
  ["n w r", "tallies, what if, review"],
  ["/", "find a place"],
  ["Esc", "close what is open"],
  ["?", "these keys"],
];
/** The keys that do something here. */
export const help = (): [string, string][] =>
  page.frozen ? KEYS.filter(([keys]) => keys !== "k").map(([keys, does]) => (keys === "n w r" ? ["n", "tallies"] : [keys, does])) : KEYS;
const WAYS: Record<string, View> = { h: "home", m: "map", c: "compare", n: "tallies", w: "whatif", r: "review" };

export interface Doers { play: () => void; known: () => void; find: () => void; help: () => void; close: () => void }

export function onKey(event: KeyboardEvent, doers: Doers): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return doers.close();
  const target = event.target as HTMLElement;
  const typing = target.closest("input:not([type=range]):not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]") !== null;
  const sliding = target.matches("input[type=range]");
  if (typing || !page.keys) return;
  const arrow = event.key === "ArrowLeft" ? -1 : event.key === "ArrowRight" ? 1 : 0;
  if (arrow && !sliding && target.closest("[data-own-arrows]") === null) {
    page.step(event.shiftKey ? 7 * arrow : arrow);
  } else if (event.key === "[" || event.key === "]") {
    const day = world.next(event.key === "[" ? -1 : 1);
    if (day) page.set(day);
  } else if (event.key === "Home" && !sliding) page.set(page.first);
  else if (event.key === "End" && !sliding) page.set(page.last);
  else if (event.key === "t") page.go(page.view === "table" ? "map" : "table");
  else if (event.key === "p") doers.play();
  else if (event.key === "k") doers.known();
  else if (event.key === "/") doers.find();
  else if (event.key === "?") doers.help();
  else if (WAYS[event.key]) page.go(WAYS[event.key] as View);
  else return;
  event.preventDefault();
}
