// One way to ask: GETs kept by their address until the ledger's head moves, errors in the server's own words.
export class ApiError extends Error {
  constructor(readonly status: number, readonly subject: string, readonly cause_: string) {
    super(`${subject}: ${cause_}`);
  }
}

const kept = new Map<string, Promise<unknown>>();
const ROOM = 160;

export type Parameters = Record<string, string | number | string[] | undefined | null>;

export function address(path: string, parameters: Parameters = {}): string {
  const told = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (Array.isArray(value)) value.forEach((v) => told.append(name, v));
    else if (value !== undefined && value !== null && value !== "") told.set(name, String(value));
  }
  const query = told.toString();
  return `/api/v1${path}${query ? `?${query}` : ""}`;
}

export function get<T>(path: string, parameters: Parameters = {}): Promise<T> {
  const at = address(path, parameters);
  const had = kept.get(at);
  if (had) {
    kept.delete(at);
    kept.set(at, had);
    return had as Promise<T>;
  }
  const asked = ask<T>(at, { headers: { accept: "application/json" } });
  kept.set(at, asked);
  asked.catch(() => kept.delete(at));
  if (kept.size > ROOM) kept.delete(kept.keys().next().value as string);
  return asked;
}

/** What was kept is let go: the ledger has grown. */
export const forget = (): void => kept.clear();

export function post<T>(path: string, body: unknown, token: string): Promise<T> {
  return ask<T>(address(path), { method: "POST", headers: { "content-type": "application/json", "x-heldby-token": token }, body: JSON.stringify(body) });
}

/** Out of a server that a team shares. */
export async function leave(): Promise<void> {
  await fetch("/signout", { method: "POST", credentials: "same-origin", redirect: "manual" });
  location.assign("/signin");
}

async function ask<T>(at: string, options: RequestInit): Promise<T> {
  let answer: Response;
  try {
    answer = await fetch(at, { ...options, credentials: "same-origin" });
  } catch {
    throw new ApiError(0, "heldby serve", "does not answer; is it still running?");
  }
  const told: unknown = await answer.json().catch(() => null);
  if (!answer.ok || told === null) {
    const error = (told as { error?: { subject?: string; cause?: string } } | null)?.error;
    throw new ApiError(answer.status, error?.subject ?? at, error?.cause ?? `answered ${answer.status}`);
  }
  return told as T;
}
