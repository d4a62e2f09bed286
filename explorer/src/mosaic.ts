/** Which images are shown as thumbnails, and how large. */

import type { View } from "./view.ts";

export type ThumbnailChoice = "zoom" | "always" | "never";

/** Thumbnails' sides in pixels. */
export const leastSide = 16;
const mostSide = 128;
const sideOfMosaic = 28;
/** Thumbnails may overlap by this share of their side. */
const overlap = 0.3;
/** The screen is divided into squares of so many pixels to see how much of it has points. */
const patch = 48;

/**
 * The side that thumbnails of these points can have without covering each other much: the places
 * where the points lie are divided among them. Crowded places count by their points.
 */
export function sideFor(ids: ArrayLike<number>, x: Float32Array, y: Float32Array, view: View): number {
  const columns = Math.ceil(view.width / patch) + 2;
  const counts = new Map<number, number>();
  for (let i = 0; i < ids.length; ++i) {
    const [sx, sy] = view.toScreen(x[ids[i]], y[ids[i]]);
    const key = Math.floor(sy / patch) * columns + Math.floor(sx / patch);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  let crowding = 0;
  for (const count of counts.values()) crowding += count * count;
  const neighbours = ids.length > 0 ? crowding / ids.length : 1;
  return Math.min((patch / Math.sqrt(neighbours)) * 1.1, mostSide);
}

/** Thumbnails keep their size on the map while they are not wrong by more than this factor. */
const patience = 1.35;

/** A side near the ideal one that goes on from the last, so that sizes do not jump while the map moves. */
export function steadySide(
  last: { side: number; scale: number } | null,
  ideal: number,
  scale: number,
): number {
  if (!last) return ideal;
  const same = Math.min(last.side * (scale / last.scale), mostSide);
  return Math.min(Math.max(same, ideal / patience), ideal * patience);
}

/** Of the images in view, in the order in which they may cover each other, those that find room. */
export function chooseThumbnails(
  ids: Iterable<number>,
  x: Float32Array,
  y: Float32Array,
  view: View,
  side: number,
): number[] {
  const square = (side * (1 - overlap)) / view.scale;
  const taken = new Set<number>();
  const chosen: number[] = [];
  const firstColumn = Math.floor(view.box.left / square);
  const firstRow = Math.floor(view.box.bottom / square);
  const columns = Math.ceil(view.width / view.scale / square) + 4;
  for (const id of ids) {
    const column = Math.floor(x[id] / square) - firstColumn + 1;
    const row = Math.floor(y[id] / square) - firstRow + 1;
    const key = row * columns + column;
    if (taken.has(key)) continue;
    taken.add(key);
    chosen.push(id);
  }
  return chosen;
}

/** The side in pixels at which thumbnails are shown where there is room for `room`, or null for points. */
export function thumbnailSide(choice: ThumbnailChoice, room: number): number | null {
  if (choice === "never" || (choice === "zoom" && room < leastSide)) return null;
  return Math.max(choice === "always" ? sideOfMosaic : leastSide, room);
}
