// What a view is waiting for: asked anew when what it depends on changes, an answer that comes too late is let go.
import { ApiError } from "./api";
import { page } from "./page.svelte";

export class Loaded<T> {
  value = $state.raw<T | null>(null);
  fault = $state("");
  waiting = $state(false);
}

/** `ask` runs whenever a state it reads changes, and when the ledger has grown; null asks for nothing. Only while a component is set up. */
export function loaded<T>(ask: () => Promise<T> | null): Loaded<T> {
  const found = new Loaded<T>();
  $effect(() => {
    void page.head;
    const asked = ask();
    if (asked === null) {
      found.value = null;
      found.waiting = false;
      return;
    }
    let wanted = true;
    found.waiting = true;
    asked
      .then((value) => {
        if (!wanted) return;
        found.value = value;
        found.fault = "";
        found.waiting = false;
      })
      .catch((error: unknown) => {
        if (!wanted) return;
        found.fault = error instanceof ApiError ? error.message : String(error);
        found.value = null;
        found.waiting = false;
      });
    return () => {
      wanted = false;
    };
  });
  return found;
}
