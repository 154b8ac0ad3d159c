// Days are ISO text in the theatre's civil time; arithmetic is on UTC midnights, so that no zone of the reader's can move them.
const DAY = 86_400_000;
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

export const number = (day: string): number => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY);
export const plus = (day: string, days: number): string => new Date((number(day) + days) * DAY).toISOString().slice(0, 10);
export const between = (first: string, last: string): number => number(last) - number(first);
export const isDay = (text: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`)) && plus(text, 0) === text;
export const clamp = (day: string, first: string, last: string): string => (day < first ? first : day > last ? last : day);

/** 14 July 2021 */
export function long(day: string): string {
  const [y, m, d] = day.split("-");
  return y && m && d ? `${Number(d)} ${MONTHS[Number(m) - 1]} ${y}` : day;
}

/** 14 Jul */
export function short(day: string): string {
  const [, m, d] = day.split("-");
  return m && d ? `${Number(d)} ${(MONTHS[Number(m) - 1] ?? "").slice(0, 3)}` : day;
}

/** An EDTF date or interval in words: "13 to 14 July 2021 (about)". */
export function meant(edtf: string): string {
  if (!edtf) return "not dated";
  const [from, to] = edtf.split("/");
  const about = edtf.includes("~") ? "about " : "";
  const plain = (t: string): string => {
    const bare = t.replace(/[~?]/g, "");
    if (bare === ".." || bare === "") return "";
    const [day = "", clock] = bare.split("T");
    if (!/^\d{4}-\d{2}-\d{2}$/.test(day)) return bare.replace("-XX", "");
    return clock ? `${long(day)}, ${hours(clock)}` : long(day);
  };
  if (to === undefined) return about + plain(from ?? "") + (edtf.includes("?") ? " (uncertain)" : "");
  const a = plain(from ?? "");
  const b = plain(to);
  if (!a) return `by ${b}`;
  if (!b) return `from ${a} on`;
  if (a === b) return about + a;
  const [aDay = "", aTime] = a.split(", ");
  const [bDay = "", bTime] = b.split(", ");
  if (aDay === bDay && aTime && bTime) return `${about}${aDay}, ${aTime} to ${bTime}`;
  const sameMonth = !aTime && !bTime && a.slice(a.indexOf(" ")) === b.slice(b.indexOf(" "));
  return `${about}${sameMonth ? a.slice(0, a.indexOf(" ")) : a} to ${b}`;
}

/** A time of day as EDTF may cut it off ("17:0" is the hour): HH:MM. */
function hours(clock: string): string {
  const [h = "0", m = "0"] = clock.split(":");
  return `${h.padStart(2, "0")}:${m.slice(0, 2).padEnd(2, "0")}`;
}

/** A day as people type it: 2021-07-14, 14 July 2021, 14 jul, 14.7.2021; "" where it is none. Without a year, that of `near`. */
export function parse(text: string, near: string): string {
  const t = text.trim().toLowerCase();
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(t);
  const worded = /^(\d{1,2})\.?\s+([a-z]{3,9})\.?,?(?:\s+(\d{4}))?$/.exec(t);
  const turned = /^([a-z]{3,9})\.?\s+(\d{1,2})(?:,?\s+(\d{4}))?$/.exec(t);
  const dotted = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(t);
  const month = (name: string): number => MONTHS.findIndex((m) => m.toLowerCase().startsWith(name)) + 1;
  const year = near.slice(0, 4);
  const found = iso
    ? [iso[1], iso[2], iso[3]]
    : worded
      ? [worded[3] ?? year, month(worded[2] ?? ""), worded[1]]
      : turned
        ? [turned[3] ?? year, month(turned[1] ?? ""), turned[2]]
        : dotted
          ? [dotted[3], dotted[2], dotted[1]]
          : null;
  if (!found) return "";
  const day = `${found[0]}-${String(found[1]).padStart(2, "0")}-${String(found[2]).padStart(2, "0")}`;
  return isDay(day) ? day : "";
}

/** A UTC instant in the theatre's civil time, where its zone is a fixed offset ("UTC+04:30") or a name that the browser knows. */
export function instant(text: string, zone: string): string {
  const at = Date.parse(text);
  if (Number.isNaN(at)) return text;
  const local = new Date(at + offset(zone, at) * 60_000).toISOString();
  return `${long(local.slice(0, 10))}, ${local.slice(11, 16)}`;
}

/** The same as it is typed: YYYY-MM-DDTHH:MM. */
export function typed(text: string, zone: string): string {
  const at = Date.parse(text);
  return Number.isNaN(at) ? text : new Date(at + offset(zone, at) * 60_000).toISOString().slice(0, 16);
}

function offset(zone: string, at: number): number {
  const fixed = /^UTC(?:([+-])(\d{2}):(\d{2}))?$/.exec(zone);
  if (fixed) return fixed[1] ? (fixed[1] === "-" ? -1 : 1) * (Number(fixed[2]) * 60 + Number(fixed[3])) : 0;
  try {
    const parts = new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(at);
    const name = parts.find((p) => p.type === "timeZoneName")?.value ?? "";
    const found = /([+-])(\d{2}):(\d{2})/.exec(name);
    return found ? (found[1] === "-" ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) : 0;
  } catch {
    return 0;
  }
}
