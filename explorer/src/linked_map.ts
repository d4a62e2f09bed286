import type { Coordinates } from "./columns.ts";
import { make } from "./elements.ts";
import { Places } from "./places.ts";
import { pointStyle } from "./point_style.ts";
import { Points } from "./points.ts";
import { oblique, project } from "./projection.ts";
import { Stage } from "./stage.ts";
import { boundingBox, fit, type Box } from "./view.ts";

/** A point is hit within so many pixels. */
const reach = 9;
const inset = { left: 12, right: 12, top: 12, bottom: 12 };

/** One of several maps of the same images. */
export class LinkedMap {
  readonly stage: Stage;
  readonly x: Float32Array;
  readonly y: Float32Array;
  /** The canvas with what lies on it. */
  readonly place: HTMLElement;
  readonly #box: Box;
  readonly #points: Points;
  readonly #ring = make("div", { class: "ring" });
  #places: Places | null = null;
  #ringed: number | null = null;

  /** `order` and `rank` are shared by all maps, so that they are drawn alike. */
  constructor(name: string, coordinates: Coordinates, order: Uint32Array, rank: Uint32Array, room: HTMLElement) {
    ({ x: this.x, y: this.y } = project(coordinates, oblique));
    this.#box = boundingBox(this.x, this.y);
    const canvas = make("canvas", { role: "img", "aria-label": `Map by ${name}` });
    this.place = make("div", { class: "place" }, canvas, this.#ring);
    room.append(this.place);
    this.#ring.hidden = true;
    this.stage = new Stage(canvas);
    this.#points = new Points(this.stage, order, rank);
    this.#points.moveTo(this.x, this.y);
    this.stage.onResize = () => this.showWhole();
    this.stage.beforeFrame = (now) => this.#prepareFrame(now);
    this.showWhole();
  }

  colour(tints: Uint8Array): void {
    this.#points.colour(tints);
  }

  highlight(ids: Uint32Array | null): void {
    this.#points.highlight(ids);
  }

  showWhole(): void {
    const { view } = this.stage;
    view.whole = fit(this.#box, view.width, view.height, inset);
    view.camera = view.whole;
    this.stage.invalidate();
  }

  zoomAt(x: number, y: number, factor: number): void {
    const { view } = this.stage;
    view.zoomAt(x, y, factor);
    if (view.zoom <= 1) this.showWhole();
    this.stage.invalidate();
  }

  /** The image nearest to a place of the canvas, in pixels. */
  pick(x: number, y: number): number | null {
    this.#places ??= new Places(this.x, this.y);
    const { view } = this.stage;
    return this.#places.nearestWithin(...view.toMap(x, y), reach / view.scale);
  }

  /** Where an image is on the canvas, in pixels. */
  screenPlace(id: number): [number, number] {
    return this.stage.view.toScreen(this.x[id], this.y[id]);
  }

  /** Draws a ring around an image. */
  ring(id: number | null): void {
    this.#ringed = id;
    this.#arrangeRing();
  }

  #arrangeRing(): void {
    this.#ring.hidden = this.#ringed === null;
    if (this.#ringed === null) return;
    const [x, y] = this.screenPlace(this.#ringed);
    this.#ring.style.transform = `translate(${x}px, ${y}px)`;
  }

  #prepareFrame(now: number): boolean {
    const { view } = this.stage;
    const style = pointStyle(this.x.length, view.zoom, view.width * view.height);
    const goesOn = this.#points.prepareFrame(style, this.x.length, now);
    this.#arrangeRing();
    return goesOn;
  }
}
