/** How points look: their area falls with their number and grows slowly on zooming in. */
export interface PointStyle {
  /** In pixels of the page (1/96 inch). */
  diameter: number;
  /** 0 .. 1 */
  opacity: number;
}

const pixelsPerPoint = 96 / 72;
/** The page, in square points, for which the rule gives areas in square points. */
const pageArea = 504 * 432;

/** `zoom` is 1 for the whole map; `area` is the window's in square pixels. */
export function pointStyle(count: number, zoom: number, area: number): PointStyle {
  const share = area / pixelsPerPoint ** 2 / pageArea;
  const squarePoints = Math.min(Math.max(120000 / Math.max(count, 1), 0.1), 30) * share;
  const growth = Math.max(zoom, 0.5) ** 0.35;
  const base = Math.min(Math.max(0.88 - 0.13 * Math.log10(Math.max(count, 1) / 500), 0.45), 0.88);
  return {
    diameter: Math.min(Math.sqrt(squarePoints) * pixelsPerPoint * growth, 22),
    opacity: 1 - (1 - base) * Math.max(zoom, 1) ** -0.4,
  };
}
