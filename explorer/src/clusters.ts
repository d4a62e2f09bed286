import { cellOf, centreOf, estimateDensity, type Grid } from "./density.ts";
import type { Box } from "./view.ts";

export interface Cluster {
  /** Its densest place. */
  x: number;
  y: number;
  /** How many points it has. */
  size: number;
  /** The image nearest to the densest place. */
  exemplar: number;
}

export interface Clusters {
  /** Largest first. */
  clusters: Cluster[];
  /** The cluster of each point, -1 for points outside all. */
  of: Int32Array;
}

/** A peak joins a higher one when the saddle between them is at least this share of its height. */
const saddleShare = 0.72;
/** Cells with less than this share of the density at the median point belong to no cluster. */
const floorShare = 0.08;
/** A difference counts from so many standard deviations of a Poisson count on. */
const certainty = 4;

function medianAt(grid: Grid, cells: Int32Array): number {
  const values = Float32Array.from(cells, (cell) => grid.values[cell]).sort();
  return values.length > 0 ? values[values.length >> 1] : 0;
}

/** The cells of at least the given density, densest first. */
function densestFirst(grid: Grid, floor: number): Uint32Array {
  const cells: number[] = [];
  for (let cell = 0; cell < grid.values.length; ++cell) {
    if (grid.values[cell] >= floor) cells.push(cell);
  }
  return Uint32Array.from(cells).sort((a, b) => grid.values[b] - grid.values[a]);
}

function aroundCell({ columns, rows }: Grid, cell: number): number[] {
  const column = cell % columns;
  const row = Math.floor(cell / columns);
  const around: number[] = [];
  for (let r = Math.max(row - 1, 0); r <= Math.min(row + 1, rows - 1); ++r) {
    for (let c = Math.max(column - 1, 0); c <= Math.min(column + 1, columns - 1); ++c) {
      if (r !== row || c !== column) around.push(r * columns + c);
    }
  }
  return around;
}

/**
 * The peak that each cell's hill leads up to, -1 below the floor. Cells are flooded from the highest
 * down; where two hills meet, the lower one joins the higher unless it rises far enough above the
 * saddle: by a share of its height and by more than chance would make of so few points.
 */
export function climbHills(grid: Grid, sigma: number, floor: number): Int32Array {
  const peaks = new Int32Array(grid.values.length).fill(-1);
  const find = (cell: number): number => {
    let root = cell;
    while (peaks[root] !== root) root = peaks[root];
    for (let next = cell; next !== root; ) {
      const above = peaks[next];
      peaks[next] = root;
      next = above;
    }
    return root;
  };
  const kernelArea = 4 * Math.PI * sigma * sigma;
  for (const cell of densestFirst(grid, floor)) {
    const height = grid.values[cell];
    const chance = certainty * Math.sqrt(height / kernelArea);
    const roots = new Set(aroundCell(grid, cell).filter((near) => peaks[near] >= 0).map(find));
    let best = cell;
    for (const root of roots) if (best === cell || grid.values[root] > grid.values[best]) best = root;
    peaks[cell] = best;
    for (const root of roots) {
      const top = grid.values[root];
      if (root !== best && top - height < Math.max((1 - saddleShare) * top, chance)) peaks[root] = best;
    }
  }
  for (let cell = 0; cell < peaks.length; ++cell) if (peaks[cell] >= 0) peaks[cell] = find(cell);
  return peaks;
}

/**
 * Clusters of the points, or of those with the given ids, as hills of their density on a grid with
 * so many cells along the box's longer side.
 */
export function findClusters(x: Float32Array, y: Float32Array, box: Box, cells?: number, ids?: Uint32Array): Clusters {
  const { grid, sigma } = estimateDensity(x, y, box, cells, ids);
  const chosen = ids ?? Uint32Array.from(x, (_, i) => i);
  const cellsOf = Int32Array.from(chosen, (id) => cellOf(grid, x[id], y[id]));
  const peaks = climbHills(grid, sigma, Math.max(floorShare * medianAt(grid, cellsOf), 1e-6));
  const clusters = new Map<number, Cluster & { distance: number }>();
  const least = Math.max(10, chosen.length / 1000);
  chosen.forEach((id, index) => {
    const peak = peaks[cellsOf[index]];
    if (peak < 0) return;
    const [px, py] = centreOf(grid, peak);
    const cluster = clusters.get(peak) ?? { x: px, y: py, size: 0, exemplar: id, distance: Infinity };
    clusters.set(peak, cluster);
    ++cluster.size;
    const distance = Math.hypot(x[id] - px, y[id] - py);
    if (distance < cluster.distance) Object.assign(cluster, { exemplar: id, distance });
  });
  const kept = [...clusters].filter(([, cluster]) => cluster.size >= least).sort((a, b) => b[1].size - a[1].size);
  const rank = new Map(kept.map(([peak], index) => [peak, index]));
  const of = new Int32Array(x.length).fill(-1);
  chosen.forEach((id, index) => (of[id] = rank.get(peaks[cellsOf[index]]) ?? -1));
  return { clusters: kept.map(([, { x, y, size, exemplar }]) => ({ x, y, size, exemplar })), of };
}
