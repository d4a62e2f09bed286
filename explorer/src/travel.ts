import type { Stage } from "./stage.ts";
import { fit, planFlight, type Box, type Camera, type Flight, type Inset } from "./view.ts";

/** Milliseconds for a unit of a flight's length, and the bounds of a flight's time. */
const pace = 420;
const shortest = 200;
const longest = 1800;

export function prefersStillness(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function ease(share: number): number {
  return share < 0.5 ? 2 * share * share : 1 - 2 * (1 - share) ** 2;
}

/** Takes the view from place to place. */
export class Travel {
  /** What panels cover. */
  inset: Inset = { left: 30, right: 30, top: 30, bottom: 30 };
  readonly #stage: Stage;
  #box: Box;
  #flight: { flight: Flight; start: number; time: number; isToWhole: boolean } | null = null;

  /** `box` is what the whole map takes up. */
  constructor(stage: Stage, box: Box) {
    this.#stage = stage;
    this.#box = box;
    stage.onResize = () => this.#fitAgain();
  }

  /** The whole map takes up another box now; one who saw it all is taken along. */
  setBox(box: Box): void {
    const isWhole = this.#isAtWhole;
    this.#box = box;
    this.#fitWhole();
    if (isWhole && !this.#isAtWhole) this.showWhole();
  }

  /** Whether all of the map is seen, but for a pixel, or will be soon. */
  get #isAtWhole(): boolean {
    if (this.#flight) return this.#flight.isToWhole;
    const { x, y, scale, zoom, whole } = this.#stage.view;
    return Math.abs(zoom - 1) < 1e-3 && Math.hypot(x - whole.x, y - whole.y) * scale < 1;
  }

  /** Takes the panels' new sizes into account; one who sees the whole map is taken to where it fits. */
  setInset(inset: Inset): void {
    const { left, right, top, bottom } = this.inset;
    if (left === inset.left && right === inset.right && top === inset.top && bottom === inset.bottom) return;
    const isWhole = this.#isAtWhole;
    this.inset = inset;
    this.#fitWhole();
    if (isWhole) this.showWhole();
    this.#stage.invalidate();
  }

  #fitWhole(): void {
    const { view } = this.#stage;
    view.whole = fit(this.#box, view.width, view.height, this.inset);
  }

  /** Keeps place and zoom when there is more or less room. */
  #fitAgain(): void {
    const { view } = this.#stage;
    const { zoom } = view;
    const isWhole = this.#isAtWhole;
    this.#fitWhole();
    view.camera = isWhole ? view.whole : { x: view.x, y: view.y, scale: zoom * view.whole.scale };
  }

  jump(camera: Camera): void {
    this.stop();
    this.#stage.view.camera = camera;
    this.#stage.invalidate();
  }

  flyTo(camera: Camera, isToWhole = false): void {
    if (prefersStillness()) return this.jump(camera);
    const { view } = this.#stage;
    const flight = planFlight(view.camera, camera, view.width);
    const time = Math.min(Math.max(pace * flight.length, shortest), longest);
    this.#flight = { flight, time, start: performance.now(), isToWhole };
    this.#stage.invalidate();
  }

  showWhole(): void {
    this.flyTo(this.#stage.view.whole, true);
  }

  /** Zooms about the middle of the window. */
  zoomBy(factor: number): void {
    const { camera } = this.#stage.view;
    this.flyTo({ ...camera, scale: camera.scale * factor });
  }

  stop(): void {
    this.#flight = null;
  }

  /** Makes the next step of a flight; says whether it goes on. */
  step(now: number): boolean {
    if (!this.#flight) return false;
    const { flight, start, time } = this.#flight;
    const share = Math.min(Math.max((now - start) / time, 0), 1);
    this.#stage.view.camera = flight.at(ease(share));
    if (share === 1) this.stop();
    return share < 1;
  }
}
