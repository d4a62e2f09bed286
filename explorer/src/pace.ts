/** Frames that come later than this, in milliseconds, are too slow; earlier ones leave room for more. */
const slow = 50;
const fast = 25;
/** So many points are always drawn. */
const leastPoints = 50000;
const mostGrowth = 1.5;
const mostCut = 0.25;

/**
 * How many points are drawn while the map moves, so that it moves smoothly on slow machines, too: the
 * first of the random order, and all of them once the map is still.
 */
export class Pace {
  readonly #count: number;
  #share = 1;

  constructor(count: number) {
    this.#count = count;
  }

  /** The number of points for a frame that came `delay` milliseconds after it was asked for. */
  pointsFor(delay: number, isMoving: boolean): number {
    if (!isMoving) return this.#count;
    if (delay > slow) this.#share *= Math.max(slow / delay, mostCut);
    else if (delay < fast) this.#share *= mostGrowth;
    this.#share = Math.min(Math.max(this.#share, leastPoints / this.#count), 1);
    return Math.round(this.#share * this.#count);
  }
}
