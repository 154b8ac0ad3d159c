// Where a map is looked at: shift and magnification in the drawing's units. Two maps may share one.
const MOST = 24;

export class Camera {
  x = $state(0);
  y = $state(0);
  k = $state(1);

  constructor(readonly width: number, readonly height: number) {}

  /** Magnifies around a point of the drawing's window. */
  zoom(factor: number, at: { x: number; y: number } = { x: this.width / 2, y: this.height / 2 }): void {
    const k = Math.min(MOST, Math.max(1, this.k * factor));
    const turn = k / this.k;
    this.x = at.x - (at.x - this.x) * turn;
    this.y = at.y - (at.y - this.y) * turn;
    this.k = k;
    this.#hold();
  }
  move(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.#hold();
  }
  reset(): void {
    this.x = this.y = 0;
    this.k = 1;
  }
  /** Brings a place into the middle, near enough to see it. */
  to(x: number, y: number, k = Math.max(this.k, 4)): void {
    this.k = k;
    this.x = this.width / 2 - x * k;
    this.y = this.height / 2 - y * k;
    this.#hold();
  }
  /** The drawing always covers half of its window. */
  #hold(): void {
    const slack = 0.5;
    this.x = Math.min(this.width * slack, Math.max(this.width * (1 - slack) - this.width * this.k, this.x));
    this.y = Math.min(this.height * slack, Math.max(this.height * (1 - slack) - this.height * this.k, this.y));
    if (this.k === 1) this.x = this.y = 0;
  }
}
