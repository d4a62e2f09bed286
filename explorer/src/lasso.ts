import type { LinkedMap } from "./linked_map.ts";
import type { Combination, Outline } from "./selection.ts";

interface Touch {
  x: number;
  y: number;
}

export interface LassoListener {
  /** What the pointer is at; null: nothing. */
  point: (id: number | null) => void;
  /** An outline on the map was closed. */
  enclose: (outline: Outline, how: Combination) => void;
  /** An image was clicked, or, null, what is empty. */
  click: (id: number | null, how: Combination) => void;
}

/** A press that moves less than so many pixels is a click. */
const clickRoom = 4;
/** Corners are at least so many pixels apart. */
const step = 3;
const svg = "http://www.w3.org/2000/svg";

function combinationOf(event: MouseEvent): Combination {
  if (event.shiftKey) return "add";
  return event.altKey ? "subtract" : "replace";
}

/** Mouse, pen and fingers on one of several maps: point, draw around images, zoom. */
export class Lasso {
  readonly #map: LinkedMap;
  readonly #listener: LassoListener;
  readonly #path = document.createElementNS(svg, "path");
  #corners: Touch[] = [];

  constructor(map: LinkedMap, listener: LassoListener) {
    this.#map = map;
    this.#listener = listener;
    const outline = document.createElementNS(svg, "svg");
    outline.setAttribute("class", "outline");
    outline.append(this.#path);
    map.place.append(outline);
    const { canvas } = map.stage;
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#release(event));
    canvas.addEventListener("pointercancel", () => this.cancel());
    canvas.addEventListener("pointerleave", () => listener.point(null));
    canvas.addEventListener("dblclick", () => map.showWhole());
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  cancel(): void {
    this.#corners = [];
    this.#draw();
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#map.stage.canvas.setPointerCapture(event.pointerId);
    this.#corners = [{ x: event.offsetX, y: event.offsetY }];
  }

  #move({ offsetX: x, offsetY: y }: PointerEvent): void {
    const last = this.#corners.at(-1);
    if (!last) return this.#listener.point(this.#map.pick(x, y));
    const room = this.#corners.length > 1 ? step : clickRoom;
    if (Math.hypot(x - last.x, y - last.y) < room) return;
    this.#listener.point(null);
    this.#corners.push({ x, y });
    this.#draw();
  }

  #release(event: PointerEvent): void {
    const corners = this.#corners;
    if (corners.length === 0) return;
    this.cancel();
    const how = combinationOf(event);
    if (corners.length < 3) return this.#listener.click(this.#map.pick(event.offsetX, event.offsetY), how);
    const { view } = this.#map.stage;
    this.#listener.enclose(Float64Array.from(corners.flatMap(({ x, y }) => view.toMap(x, y))), how);
  }

  /** With Ctrl, as a pinch on a touchpad has it; else the wheel scrolls the page. */
  #wheel(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const factor = Math.exp(-Math.min(Math.max(event.deltaY, -60), 60) * 0.01);
    this.#map.zoomAt(event.offsetX, event.offsetY, factor);
  }

  #draw(): void {
    const corners = this.#corners.map(({ x, y }) => `${x} ${y}`).join("L");
    this.#path.setAttribute("d", this.#corners.length > 1 ? `M${corners}Z` : "");
  }
}
