import { cellOf, centreOf, densityCells, estimateDensity, type Grid } from "./density.ts";
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
const saddleShare = 0.8;
/** Cells with less than this share of the density at the median point belong to no cluster. */
const floorShare = 0.08;
/** A difference counts from so many standard deviations of a Poisson count on. */
const certainty = 4;
/** Clusters have at least so many points, and a thousandth of all. */
const smallest = 10;

function medianAt(grid: Grid, cells: Int32Array): number {
  const values = new Float32Array(cells.length);
  for (let i = 0; i < cells.length; ++i) values[i] = grid.values[cells[i]];
  values.sort();
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
    for (let next = cell; next !== root;) {
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
    const roots = new Set(
      aroundCell(grid, cell)
        .filter((near) => peaks[near] >= 0)
        .map(find),
    );
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

function leastOf(ids: Uint32Array): number {
  return Math.max(smallest, ids.length / 1000);
}

interface Hills {
  clusters: Cluster[];
  /** The cluster of each of the chosen points, -1 outside all. */
  ranks: Int32Array;
}

/** The hills of these points' density, each of `least` points, on a grid with so many cells along the box's longer side. */
function findHills(
  x: Float32Array,
  y: Float32Array,
  box: Box,
  cells: number,
  ids: Uint32Array,
  least: number,
): Hills {
  const { grid, sigma } = estimateDensity(x, y, box, cells, ids);
  const cellsOf = new Int32Array(ids.length);
  for (let i = 0; i < ids.length; ++i) cellsOf[i] = cellOf(grid, x[ids[i]], y[ids[i]]);
  const peaks = climbHills(grid, sigma, Math.max(floorShare * medianAt(grid, cellsOf), 1e-6));
  const sizes = new Uint32Array(peaks.length);
  const exemplars = new Uint32Array(peaks.length);
  const distances = new Float64Array(peaks.length).fill(Infinity);
  for (let i = 0; i < ids.length; ++i) {
    const peak = peaks[cellsOf[i]];
    if (peak < 0) continue;
    ++sizes[peak];
    const [px, py] = centreOf(grid, peak);
    const distance = (x[ids[i]] - px) ** 2 + (y[ids[i]] - py) ** 2;
    if (distance < distances[peak]) [distances[peak], exemplars[peak]] = [distance, ids[i]];
  }
  const kept = [...sizes.keys()].filter((peak) => sizes[peak] >= least).sort((a, b) => sizes[b] - sizes[a]);
  const clusters = kept.map((peak) => {
    const [px, py] = centreOf(grid, peak);
    return { x: px, y: py, size: sizes[peak], exemplar: exemplars[peak] };
  });
  const rankOf = new Int32Array(peaks.length).fill(-1);
  kept.forEach((peak, rank) => (rankOf[peak] = rank));
  return { clusters, ranks: cellsOf.map((cell) => (peaks[cell] < 0 ? -1 : rankOf[peaks[cell]])) };
}

/** Clusters of all points, as hills of their density. */
export function findClusters(x: Float32Array, y: Float32Array, box: Box): Clusters {
  const all = Uint32Array.from({ length: x.length }, (_, i) => i);
  const { clusters, ranks } = findHills(x, y, box, densityCells, all, leastOf(all));
  return { clusters, of: ranks };
}

/** Cells along the map in which a class's densest places are looked for. */
const coarseCells = 128;

/** Where these points, of one class, are densest: at points of theirs, and at one place where they are few. */
export function densestPlaces(x: Float32Array, y: Float32Array, box: Box, ids: Uint32Array): Cluster[] {
  const { clusters } = findHills(x, y, box, coarseCells, ids, leastOf(ids));
  const places = clusters.length > 0 ? clusters : findHills(x, y, box, coarseCells, ids, 1).clusters.slice(0, 1);
  // A hill's peak may lie between its points, as in the middle of a ring.
  return places.map((place) => ({ ...place, x: x[place.exemplar], y: y[place.exemplar] }));
}
