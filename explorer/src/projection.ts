import type { Coordinates } from "./columns.ts";

/** From where a map of three dimensions is looked at, in degrees. */
export interface Direction {
  azimuth: number;
  elevation: number;
}

/** The direction of tsimcne's pictures. */
export const oblique: Direction = { azimuth: -60, elevation: 25 };

/** A point as it is seen, without perspective, so that lengths across the screen stay true. */
export function projectPoint(x: number, y: number, z: number, from: Direction): [number, number] {
  const azimuth = (from.azimuth * Math.PI) / 180;
  const elevation = (from.elevation * Math.PI) / 180;
  const away = Math.cos(azimuth) * x + Math.sin(azimuth) * y;
  return [
    -Math.sin(azimuth) * x + Math.cos(azimuth) * y,
    Math.cos(elevation) * z - Math.sin(elevation) * away,
  ];
}

/** All points as they are seen; a flat map is seen as it is. */
export function project({ x, y, z }: Coordinates, from: Direction): { x: Float32Array; y: Float32Array } {
  if (!z) return { x, y };
  const seen = { x: new Float32Array(x.length), y: new Float32Array(x.length) };
  const [xx, xz] = projectPoint(1, 0, 0, from);
  const [yx, yz] = projectPoint(0, 1, 0, from);
  const [zx, zz] = projectPoint(0, 0, 1, from);
  for (let i = 0; i < x.length; ++i) {
    seen.x[i] = xx * x[i] + yx * y[i] + zx * z[i];
    seen.y[i] = xz * x[i] + yz * y[i] + zz * z[i];
  }
  return seen;
}
