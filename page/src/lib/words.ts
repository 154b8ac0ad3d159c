// Likelihood as ICD 203 has it, and small turns of phrase. The words of a status itself come from the server.
const STEPS: [number, string][] = [[0.05, "almost no chance"], [0.2, "very unlikely"], [0.45, "unlikely"], [0.55, "roughly even chance"], [0.8, "likely"], [0.95, "very likely"], [1, "almost certain"]];

export function likelihood(p: number): string {
  const held = Math.min(0.99, Math.max(0.01, p));
  return STEPS.find(([upto]) => held < upto || (held === upto && upto > 0.5))?.[1] ?? "almost certain";
}

/** Whole percent, never 0 or 100. */
export const percent = (p: number): string => `${Math.round(100 * Math.min(0.99, Math.max(0.01, p)))} %`;
export const counted = (n: number, one: string, many = `${one}s`): string => `${n.toLocaleString("en-GB")} ${n === 1 ? one : many}`;
export const signed = (n: number): string => (n > 0 ? `+${n}` : n < 0 ? `−${-n}` : "±0");
export const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
/** A side id as part of a class name: the same rule as heldby.publish.style.key. */
export const key = (side: string): string => side.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "") || "side";

export const SUPPORT: Record<string, string> = {
  disputed: "asserted by some, denied by others",
  confirmed: "two or more independent origins, not all interested",
  reported: "reported, not confirmed by a second origin",
  claimed: "rests on the interested side alone",
  stale: "no news for so long that little is known",
  unknown: "no evidence",
};
