// Plays the clock: a day a beat until the last day, as fast as the reader wants.
import { page } from "./page.svelte";

class Player {
  on = $state(false);
  speed = $state(4); // days a second
  #timer = 0;

  toggle(): void {
    if (this.on) this.stop();
    else this.start();
  }
  start(): void {
    if (page.asOf >= page.last) page.set(page.first);
    this.on = true;
    this.#beat();
  }
  stop(): void {
    this.on = false;
    clearTimeout(this.#timer);
  }
  #beat(): void {
    this.#timer = window.setTimeout(() => {
      if (!this.on) return;
      page.step(1);
      if (page.asOf >= page.last) this.stop();
      else this.#beat();
    }, 1000 / this.speed);
  }
}

export const player = new Player();
