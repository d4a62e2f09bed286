import type { Explorer } from "./explorer.ts";
import { find } from "./elements.ts";
import { rectangle, type Combination, type Outline } from "./selection.ts";

interface Touch {
  x: number;
  y: number;
}

/** A press that moves less than so many pixels is a click. */
const clickRoom = 4;
/** Corners of a lasso are at least so many pixels apart. */
const lassoStep = 3;
const degreesPerPixel = 0.4;

function combinationOf(event: PointerEvent): Combination {
  if (event.shiftKey) return "add";
  return event.altKey ? "subtract" : "replace";
}

/** Mouse, pen and fingers on the map: move, zoom, pick, and draw outlines. */
export class Pointer {
  readonly #explorer: Explorer;
  readonly #canvas: HTMLCanvasElement;
  readonly #path = find<SVGSVGElement>("outline").querySelector("path")!;
  readonly #touches = new Map<number, Touch>();
  #start: Touch | null = null;
  #hasMoved = false;
  #corners: Touch[] = [];

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    this.#canvas = explorer.stage.canvas;
    this.#canvas.addEventListener("pointerdown", (event) => this.#press(event));
    this.#canvas.addEventListener("pointermove", (event) => this.#move(event));
    this.#canvas.addEventListener("pointerup", (event) => this.#release(event));
    this.#canvas.addEventListener("pointercancel", (event) => this.#forget(event));
    this.#canvas.addEventListener("pointerleave", () => (explorer.state.hovered.value = null));
    this.#canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
    this.#canvas.addEventListener("dblclick", (event) => this.#zoom(event.clientX, event.clientY, 2));
    explorer.state.tool.follow((tool) => this.#canvas.classList.toggle("outlining", tool !== "move"));
  }

  /** Ends an outline that is being drawn; says whether there was one. */
  cancel(): boolean {
    const wasDrawing = this.#corners.length > 0;
    this.#corners = [];
    this.#drawOutline();
    return wasDrawing;
  }

  get #isOutlining(): boolean {
    return this.#explorer.state.tool.value !== "move";
  }

  #press(event: PointerEvent): void {
    if (event.button !== 0) return;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#touches.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.#start = { x: event.clientX, y: event.clientY };
    this.#hasMoved = this.#touches.size > 1;
    this.#explorer.travel.stop();
    if (this.#touches.size > 1) this.cancel();
    else if (this.#isOutlining) this.#corners = [this.#start];
  }

  #move(event: PointerEvent): void {
    const before = this.#touches.get(event.pointerId);
    if (!before || !this.#start) return this.#hover(event);
    const now = { x: event.clientX, y: event.clientY };
    if (Math.hypot(now.x - this.#start.x, now.y - this.#start.y) > clickRoom) this.#hasMoved = true;
    if (!this.#hasMoved) return;
    this.#explorer.state.hovered.value = null;
    if (this.#touches.size === 2) this.#pinch(event.pointerId, now);
    else if (this.#corners.length > 0) this.#extendOutline(now);
    else this.#drag(now.x - before.x, now.y - before.y, event);
    this.#touches.set(event.pointerId, now);
  }

  #hover(event: PointerEvent): void {
    if (event.pointerType === "touch") return;
    const id = this.#explorer.pick(event.clientX, event.clientY);
    this.#explorer.state.hovered.value = id;
    this.#canvas.classList.toggle("pointing", id !== null && !this.#isOutlining);
  }

  #drag(dx: number, dy: number, event: PointerEvent): void {
    this.#canvas.classList.add("dragging");
    if (this.#explorer.isSolid && (event.ctrlKey || event.metaKey)) {
      this.#explorer.turn(-degreesPerPixel * dx, degreesPerPixel * dy);
    } else {
      this.#explorer.stage.view.panBy(dx, dy);
      this.#explorer.stage.invalidate();
    }
  }

  #pinch(moving: number, now: Touch): void {
    const other = [...this.#touches].find(([id]) => id !== moving)![1];
    const before = this.#touches.get(moving)!;
    const spread = (touch: Touch) => Math.max(Math.hypot(touch.x - other.x, touch.y - other.y), 1);
    this.#explorer.stage.view.panBy((now.x - before.x) / 2, (now.y - before.y) / 2);
    this.#zoom((now.x + other.x) / 2, (now.y + other.y) / 2, spread(now) / spread(before));
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 24 : 1;
    const pace = event.ctrlKey ? 0.01 : 0.0018;
    const factor = Math.exp(-Math.min(Math.max(event.deltaY * lines, -240), 240) * pace);
    this.#zoom(event.clientX, event.clientY, factor);
  }

  #zoom(x: number, y: number, factor: number): void {
    this.#explorer.travel.stop();
    this.#explorer.stage.view.zoomAt(x, y, factor);
    this.#explorer.stage.invalidate();
  }

  #release(event: PointerEvent): void {
    if (!this.#touches.has(event.pointerId)) return;
    const wasDragging = this.#hasMoved && this.#corners.length === 0;
    if (!this.#hasMoved) this.#click(event);
    else if (this.#corners.length > 0) this.#closeOutline(event);
    this.#forget(event);
    if (wasDragging && !this.#explorer.isIndexed) this.#explorer.index();
  }

  #forget(event: PointerEvent): void {
    this.#touches.delete(event.pointerId);
    this.#canvas.classList.remove("dragging");
    this.cancel();
    if (this.#touches.size === 0) this.#start = null;
  }

  #click(event: PointerEvent): void {
    const id = this.#explorer.pick(event.clientX, event.clientY);
    if (id === null) {
      if (!this.#isOutlining) this.#explorer.pin(null);
    } else if (event.shiftKey || event.altKey) {
      this.#explorer.select(Uint32Array.of(id), combinationOf(event));
    } else {
      this.#explorer.pin(id);
    }
  }

  #extendOutline(now: Touch): void {
    const last = this.#corners[this.#corners.length - 1];
    if (this.#explorer.state.tool.value === "rectangle") this.#corners = [this.#corners[0], now];
    else if (Math.hypot(now.x - last.x, now.y - last.y) >= lassoStep) this.#corners.push(now);
    this.#drawOutline();
  }

  #closeOutline(event: PointerEvent): void {
    const { view } = this.#explorer.stage;
    const [first, last] = [this.#corners[0], this.#corners[this.#corners.length - 1]];
    let outline: Outline = Float64Array.from(this.#corners.flatMap(({ x, y }) => view.toMap(x, y)));
    if (this.#explorer.state.tool.value === "rectangle") {
      outline = rectangle(...view.toMap(first.x, first.y), ...view.toMap(last.x, last.y));
    }
    this.#explorer.selectInside(outline, combinationOf(event));
  }

  #drawOutline(): void {
    const [first, last] = [this.#corners[0], this.#corners[this.#corners.length - 1]];
    let shape = "";
    if (this.#corners.length > 1) {
      shape =
        this.#explorer.state.tool.value === "rectangle"
          ? `M${first.x} ${first.y}H${last.x}V${last.y}H${first.x}Z`
          : `M${this.#corners.map(({ x, y }) => `${x} ${y}`).join("L")}Z`;
    }
    this.#path.setAttribute("d", shape);
  }
}
