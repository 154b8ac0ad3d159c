// Names where they have room: the more important first, none over another. In the screen's units at one magnification.
import type { CellShape, SymbolShape } from "./types";

export interface Name { id: string; text: string; x: number; y: number; kind: string; side: 1 | -1 | 0 }

/** Kinds of symbols that are drawn whatever is known: the others only where there is evidence. */
export const ALWAYS: ReadonlySet<string> = new Set(["capital", "crossing", "place"]);
const ORDER: Record<string, number> = { capital: 0, crossing: 1, place: 2, district: 3, town: 4, base: 5 };
const FROM: Record<string, number> = { capital: 0, crossing: 0, place: 0, district: 2.6, town: 4, base: 5 };
const SIZE: Record<string, number> = { capital: 12.5, crossing: 11, place: 11, district: 11, town: 10.5, base: 10.5 };

export function names(symbols: SymbolShape[], cells: CellShape[], shown: (id: string) => boolean, k: number, wide: number, grow = 1): Name[] {
  const grown = k ** 0.18; // symbols and names grow a little with the map; names more (`grow`) on a map drawn small
  const named = new Set(symbols.filter((s) => s.kind === "place").map((s) => s.id)); // their cells need no second name
  const wishes = [
    ...symbols.filter((s) => (FROM[s.kind] ?? 9) <= k && (ALWAYS.has(s.kind) || shown(s.id))).map((s) => ({ ...s, text: s.label })),
    ...(k >= (FROM["district"] ?? 9) ? cells.filter((c) => !named.has(c.id)).map((c) => ({ id: c.id, text: c.name, x: c.x, y: c.y + (c.room * 0.55), kind: "district", reach: 0 })) : []),
  ].sort((a, b) => (ORDER[a.kind] ?? 9) - (ORDER[b.kind] ?? 9));
  const boxes: [number, number, number, number][] = symbols
    .filter((s) => ALWAYS.has(s.kind))
    .map((s) => {
      const reach = s.reach * grown;
      return [s.x * k - reach, s.y * k - reach, s.x * k + reach, s.y * k + reach];
    });
  const found: Name[] = [];
  for (const wish of wishes) {
    const size = (SIZE[wish.kind] ?? 11) * grown * grow;
    const width = wish.text.length * size * (wish.kind === "capital" ? 0.6 : 0.54); // capitals are bold
    const sides: (1 | -1 | 0)[] = wish.kind === "district" ? [0] : [1, -1];
    for (const side of sides) {
      const x = wish.x * k + side * (wish.reach + 3) * grown;
      const y = wish.y * k;
      const left = side === 1 ? x : side === -1 ? x - width : x - width / 2;
      const box: [number, number, number, number] = [left, y - size * 0.6, left + width, y + size * 0.6];
      if (left < 0 || left + width > wide * k) continue;
      if (boxes.some((b) => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3])) continue;
      boxes.push(box);
      found.push({ id: wish.id, text: wish.text, x: x / k, y: y / k, kind: wish.kind, side });
      break;
    }
  }
  return found;
}
