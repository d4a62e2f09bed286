/** A rectangle of the map, in its unit; y points up. */
export interface Box {
  left: number;
  right: number;
  bottom: number;
  top: number;
}

/** Room at the window's edges that panels cover, in pixels. */
export interface Inset {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The point of the map in the middle of the window, and pixels per unit of the map. */
export interface Camera {
  x: number;
  y: number;
  scale: number;
}

export const greatestZoom = 4000;
const leastZoom = 0.25;

export function boundingBox(x: Float32Array, y: Float32Array): Box {
  const box = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let i = 0; i < x.length; ++i) {
    if (x[i] < box.left) box.left = x[i];
    if (x[i] > box.right) box.right = x[i];
    if (y[i] < box.bottom) box.bottom = y[i];
    if (y[i] > box.top) box.top = y[i];
  }
  return x.length > 0 ? box : { left: -1, right: 1, bottom: -1, top: 1 };
}

/** The camera that shows all of the box beside what covers the edges. */
export function fit(box: Box, width: number, height: number, inset: Inset): Camera {
  const roomX = Math.max(width - inset.left - inset.right, width / 4, 1);
  const roomY = Math.max(height - inset.top - inset.bottom, height / 4, 1);
  const spanX = box.right - box.left;
  const spanY = box.top - box.bottom;
  const scale = spanX > 0 || spanY > 0 ? Math.min(roomX / spanX, roomY / spanY) : 100;
  return {
    x: (box.left + box.right) / 2 - (inset.left - inset.right) / 2 / scale,
    y: (box.bottom + box.top) / 2 + (inset.top - inset.bottom) / 2 / scale,
    scale,
  };
}

/** The part of the map in the window, and the way from the map to the screen and back. */
export class View {
  x = 0;
  y = 0;
  scale = 1;
  width = 1;
  height = 1;
  /** The camera that shows the whole map; zoom is measured by it. */
  whole: Camera = { x: 0, y: 0, scale: 1 };

  /** How much larger than on the whole map. */
  get zoom(): number {
    return this.scale / this.whole.scale;
  }

  get camera(): Camera {
    return { x: this.x, y: this.y, scale: this.scale };
  }

  set camera({ x, y, scale }: Camera) {
    this.x = x;
    this.y = y;
    this.scale = Math.min(Math.max(scale, leastZoom * this.whole.scale), greatestZoom * this.whole.scale);
  }

  get box(): Box {
    const x = this.width / 2 / this.scale;
    const y = this.height / 2 / this.scale;
    return { left: this.x - x, right: this.x + x, bottom: this.y - y, top: this.y + y };
  }

  toScreen(x: number, y: number): [number, number] {
    return [this.width / 2 + (x - this.x) * this.scale, this.height / 2 - (y - this.y) * this.scale];
  }

  toMap(screenX: number, screenY: number): [number, number] {
    return [
      this.x + (screenX - this.width / 2) / this.scale,
      this.y - (screenY - this.height / 2) / this.scale,
    ];
  }

  /** Moves what is shown by so many pixels. */
  panBy(dx: number, dy: number): void {
    this.x -= dx / this.scale;
    this.y += dy / this.scale;
  }

  /** Zooms so that the place under a point of the screen stays there. */
  zoomAt(screenX: number, screenY: number, factor: number): void {
    const [x, y] = this.toMap(screenX, screenY);
    this.camera = { x: this.x, y: this.y, scale: this.scale * factor };
    this.x = x - (screenX - this.width / 2) / this.scale;
    this.y = y + (screenY - this.height / 2) / this.scale;
  }
}

/** A way from one camera to another: its length, and the camera at a share of it from 0 to 1. */
export interface Flight {
  length: number;
  at(share: number): Camera;
}

/**
 * The smoothest way, which rises to see both ends when they are far apart: van Wijk and Nuij,
 * "Smooth and efficient zooming and panning", 2003. `span` is the window's width in pixels.
 */
export function planFlight(from: Camera, to: Camera, span: number): Flight {
  const rho = 1.4;
  const w0 = span / from.scale;
  const w1 = span / to.scale;
  const distance = Math.hypot(to.x - from.x, to.y - from.y);
  if (distance < 1e-6 * Math.min(w0, w1)) {
    const length = Math.abs(Math.log(w1 / w0)) / rho;
    return { length, at: (t) => ({ x: to.x, y: to.y, scale: from.scale * (to.scale / from.scale) ** t }) };
  }
  const bend = (w: number, sign: number) =>
    Math.asinh((w0 ** 2 - w1 ** 2 - sign * rho ** 4 * distance ** 2) / (2 * w * rho ** 2 * distance));
  const r0 = bend(w0, 1);
  const r1 = bend(w1, -1);
  const length = (r1 - r0) / rho;
  return {
    length,
    at(t) {
      if (t >= 1) return to;
      const r = r0 + rho * length * t;
      const way = ((w0 / rho ** 2) * (Math.cosh(r0) * Math.tanh(r) - Math.sinh(r0))) / distance;
      return {
        x: from.x + (to.x - from.x) * way,
        y: from.y + (to.y - from.y) * way,
        scale: (span * Math.cosh(r)) / (w0 * Math.cosh(r0)),
      };
    },
  };
}
