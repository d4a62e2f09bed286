import type { Box } from "./view.ts";

/** A number for each square cell of a part of the map, row by row from the bottom. */
export interface Grid {
  columns: number;
  rows: number;
  left: number;
  bottom: number;
  /** A cell's side in the map's unit. */
  cell: number;
  values: Float32Array;
}

export function cellOf(grid: Grid, x: number, y: number): number {
  const column = Math.min(Math.max(Math.floor((x - grid.left) / grid.cell), 0), grid.columns - 1);
  const row = Math.min(Math.max(Math.floor((y - grid.bottom) / grid.cell), 0), grid.rows - 1);
  return row * grid.columns + column;
}

export function centreOf(grid: Grid, cell: number): [number, number] {
  const column = cell % grid.columns;
  const row = Math.floor(cell / grid.columns);
  return [grid.left + (column + 0.5) * grid.cell, grid.bottom + (row + 0.5) * grid.cell];
}

/** How many points lie in each cell; the box's longer side has `cells` of them. */
export function countPoints(
  x: Float32Array,
  y: Float32Array,
  box: Box,
  cells: number,
  ids?: Uint32Array,
): Grid {
  const width = box.right - box.left;
  const height = box.top - box.bottom;
  const cell = Math.max(width, height, 1e-30) / (cells - 2);
  const grid: Grid = {
    columns: Math.max(Math.ceil(width / cell), 1) + 2,
    rows: Math.max(Math.ceil(height / cell), 1) + 2,
    left: box.left - cell,
    bottom: box.bottom - cell,
    cell,
    values: new Float32Array(0),
  };
  grid.values = new Float32Array(grid.columns * grid.rows);
  if (ids) {
    for (const id of ids) ++grid.values[cellOf(grid, x[id], y[id])];
  } else {
    for (let i = 0; i < x.length; ++i) ++grid.values[cellOf(grid, x[i], y[i])];
  }
  return grid;
}

/** Running means of 2 radius + 1 values, along lines of `length` values that lie `step` apart. */
function averageLines(
  from: Float32Array,
  to: Float32Array,
  lines: number,
  length: number,
  lineStep: number,
  step: number,
  radius: number,
): void {
  const share = 1 / (2 * radius + 1);
  for (let line = 0; line < lines; ++line) {
    const start = line * lineStep;
    let sum = 0;
    for (let i = 0; i < Math.min(radius, length); ++i) sum += from[start + i * step];
    for (let i = 0; i < length; ++i) {
      if (i + radius < length) sum += from[start + (i + radius) * step];
      if (i - radius > 0) sum -= from[start + (i - radius - 1) * step];
      to[start + i * step] = Math.max(sum, 0) * share;
    }
  }
}

/** Smooths by nearly a Gaussian of `sigma` cells: three running means in each direction. */
export function smooth(grid: Grid, sigma: number): Grid {
  const radius = Math.max(Math.round((Math.sqrt(4 * sigma * sigma + 1) - 1) / 2), 1);
  const { columns, rows } = grid;
  const values = grid.values.slice();
  const other = new Float32Array(values.length);
  for (let pass = 0; pass < 3; ++pass) {
    averageLines(values, other, rows, columns, columns, 1, radius);
    averageLines(other, values, columns, rows, 1, columns, radius);
  }
  return { ...grid, values };
}

/** The standard deviation of the density's kernel as a share of the map's width: less for more points. */
export function kernelWidth(count: number): number {
  return Math.min(0.08 * Math.max(count, 1) ** (-1 / 6), 0.03);
}

export const densityCells = 512;

/** Points of the map per cell, smoothed as far as the number of points asks. */
export function estimateDensity(
  x: Float32Array,
  y: Float32Array,
  box: Box,
  cells = densityCells,
  ids?: Uint32Array,
): { grid: Grid; sigma: number } {
  const sigma = Math.max(kernelWidth(ids?.length ?? x.length) * cells, 1);
  return { grid: smooth(countPoints(x, y, box, cells, ids), sigma), sigma };
}

/** The grid's value at each point, between the centres of cells. */
export function densityAtPoints(grid: Grid, x: Float32Array, y: Float32Array): Float32Array {
  const { columns, rows, values, left, bottom, cell } = grid;
  const densities = new Float32Array(x.length);
  for (let i = 0; i < x.length; ++i) {
    const u = (x[i] - left) / cell - 0.5;
    const v = (y[i] - bottom) / cell - 0.5;
    const column = Math.min(Math.max(Math.floor(u), 0), columns - 2);
    const row = Math.min(Math.max(Math.floor(v), 0), rows - 2);
    const right = Math.min(Math.max(u - column, 0), 1);
    const up = Math.min(Math.max(v - row, 0), 1);
    const at = row * columns + column;
    const below = values[at] * (1 - right) + values[at + 1] * right;
    const above = values[at + columns] * (1 - right) + values[at + columns + 1] * right;
    densities[i] = below * (1 - up) + above * up;
  }
  return densities;
}

/** Numbers of points in boxes, in constant time each, as exact as cells are small. */
export class PointCounts {
  readonly #grid: Grid;
  /** Sums over all cells below and to the left; a column and a row more than the grid. */
  readonly #sums: Float64Array;

  constructor(x: Float32Array, y: Float32Array, box: Box) {
    this.#grid = countPoints(x, y, box, densityCells);
    const { columns, rows, values } = this.#grid;
    const width = columns + 1;
    this.#sums = new Float64Array(width * (rows + 1));
    for (let row = 0; row < rows; ++row) {
      let sum = 0;
      for (let column = 0; column < columns; ++column) {
        sum += values[row * columns + column];
        this.#sums[(row + 1) * width + column + 1] = this.#sums[row * width + column + 1] + sum;
      }
    }
  }

  within(box: Box): number {
    const { columns, rows, left, bottom, cell } = this.#grid;
    const bound = (value: number, most: number) => Math.min(Math.max(value, 0), most);
    const first = bound(Math.floor((box.left - left) / cell), columns);
    const last = bound(Math.ceil((box.right - left) / cell), columns);
    const lowest = bound(Math.floor((box.bottom - bottom) / cell), rows);
    const highest = bound(Math.ceil((box.top - bottom) / cell), rows);
    const sum = (row: number, column: number) => this.#sums[row * (columns + 1) + column];
    return sum(highest, last) - sum(lowest, last) - sum(highest, first) + sum(lowest, first);
  }
}
