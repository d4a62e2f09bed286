/** Maps in a grid: how many stand in a row, and how many pixels wide each is. */
export interface Tiling {
  columns: number;
  side: number;
}

const leastSide = 240;

/** The largest squares, each with `head` pixels above and `gap` between, of which all are in sight at once. */
export function tile(count: number, width: number, height: number, head: number, gap: number): Tiling {
  let best: Tiling = { columns: 1, side: 0 };
  for (let columns = 1; columns <= count; ++columns) {
    const rows = Math.ceil(count / columns);
    const across = (width - gap * (columns - 1)) / columns;
    const down = (height - gap * (rows - 1)) / rows - head;
    const side = Math.floor(Math.min(across, down));
    if (side > best.side) best = { columns, side };
  }
  if (best.side >= leastSide) return best;
  // Too many or too small a window: as wide as they can be read, and the page is scrolled.
  const columns = Math.min(Math.max(Math.floor((width + gap) / (leastSide + gap)), 1), count);
  return { columns, side: Math.floor((width - gap * (columns - 1)) / columns) };
}
