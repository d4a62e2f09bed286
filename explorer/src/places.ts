import KDBush from "kdbush";
import type { Box } from "./view.ts";

/** An index of the points of the map, for all questions of what is near what. */
export class Places {
  readonly x: Float32Array;
  readonly y: Float32Array;
  readonly #index: KDBush;

  constructor(x: Float32Array, y: Float32Array) {
    this.x = x;
    this.y = y;
    this.#index = new KDBush(x.length, 64, Float32Array);
    for (let i = 0; i < x.length; ++i) this.#index.add(x[i], y[i]);
    this.#index.finish();
  }

  inBox({ left, right, bottom, top }: Box): number[] {
    return this.#index.range(left, bottom, right, top);
  }

  within(x: number, y: number, radius: number): number[] {
    return this.#index.within(x, y, radius);
  }

  distance(id: number, x: number, y: number): number {
    return Math.hypot(this.x[id] - x, this.y[id] - y);
  }

  /** The nearest point within the radius. */
  nearestWithin(x: number, y: number, radius: number): number | null {
    let nearest: number | null = null;
    let least = Infinity;
    for (const id of this.within(x, y, radius)) {
      const distance = this.distance(id, x, y);
      if (distance < least) [nearest, least] = [id, distance];
    }
    return nearest;
  }

  /** The `count` points nearest to a place, nearest first; `start` is a first guess of the radius. */
  nearest(x: number, y: number, count: number, start: number): number[] {
    const enough = Math.min(count, this.x.length);
    let radius = Math.max(start, 1e-12);
    let ids = this.within(x, y, radius);
    while (ids.length < enough) {
      radius *= 2;
      ids = this.within(x, y, radius);
    }
    return ids.sort((a, b) => this.distance(a, x, y) - this.distance(b, x, y)).slice(0, count);
  }
}
