import type { Box } from "./view.ts";

/** Corners of a closed outline on the map: x and y in turn. */
export type Outline = Float64Array;

/** What a new choice does with the images chosen before. */
export type Combination = "replace" | "add" | "subtract";

export function outlineBox(outline: Outline): Box {
  const box = { left: Infinity, right: -Infinity, bottom: Infinity, top: -Infinity };
  for (let i = 0; i < outline.length; i += 2) {
    box.left = Math.min(box.left, outline[i]);
    box.right = Math.max(box.right, outline[i]);
    box.bottom = Math.min(box.bottom, outline[i + 1]);
    box.top = Math.max(box.top, outline[i + 1]);
  }
  return box;
}

export function rectangle(x0: number, y0: number, x1: number, y1: number): Outline {
  return Float64Array.of(x0, y0, x1, y0, x1, y1, x0, y1);
}

/** Whether a ray from the point crosses the outline an odd number of times. */
export function isInside(x: number, y: number, outline: Outline): boolean {
  let inside = false;
  const last = outline.length - 2;
  for (let i = 0, j = last; i < outline.length; j = i, i += 2) {
    const yi = outline[i + 1];
    const yj = outline[j + 1];
    if (yi > y === yj > y) continue;
    if (x < ((outline[j] - outline[i]) * (y - yi)) / (yj - yi) + outline[i]) inside = !inside;
  }
  return inside;
}

/** The points inside the outline, by their ids, ascending. */
export function pointsInside(x: Float32Array, y: Float32Array, outline: Outline): Uint32Array {
  const { left, right, bottom, top } = outlineBox(outline);
  const ids: number[] = [];
  for (let i = 0; i < x.length; ++i) {
    const isNear = x[i] >= left && x[i] <= right && y[i] >= bottom && y[i] <= top;
    if (isNear && isInside(x[i], y[i], outline)) ids.push(i);
  }
  return Uint32Array.from(ids);
}

/** All ids ascending, each once. */
export function combine(before: Uint32Array, ids: Uint32Array, how: Combination): Uint32Array {
  if (how === "replace") return ids.slice().sort();
  const chosen = new Set(before);
  for (const id of ids) {
    if (how === "add") chosen.add(id);
    else chosen.delete(id);
  }
  return Uint32Array.from(chosen).sort();
}

/** How many of the ids have each code, most frequent first; -1 is counted too. */
export function countCodes(ids: Uint32Array, codes: Int32Array): { code: number; count: number }[] {
  const counts = new Map<number, number>();
  for (const id of ids) counts.set(codes[id], (counts.get(codes[id]) ?? 0) + 1);
  return [...counts]
    .map(([code, count]) => ({ code, count }))
    .sort((a, b) => b.count - a.count || a.code - b.code);
}

/** The ids that are in both lists, which are ascending. */
export function inBoth(a: Uint32Array, b: Uint32Array): Uint32Array {
  const others = new Set(b);
  return a.filter((id) => others.has(id));
}
