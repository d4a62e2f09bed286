/** A name to be put on the map, centred at a place of the screen, all in pixels. */
export interface Name {
  x: number;
  y: number;
  width: number;
  height: number;
  /** Larger ones have precedence. */
  size: number;
}

interface Bounds {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

function boundsOf({ x, y, width, height }: Name): Bounds {
  return { left: x - width / 2, right: x + width / 2, top: y - height / 2, bottom: y + height / 2 };
}

function overlap(a: Bounds, b: Bounds): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** Which names are shown: the largest first, each that covers none shown before it. */
export function placeNames(names: Name[], width: number, height: number): boolean[] {
  const shown = names.map(() => false);
  const taken: Bounds[] = [];
  const window = { left: 0, right: width, top: 0, bottom: height };
  const bySize = names.map((_, index) => index).sort((a, b) => names[b].size - names[a].size || a - b);
  for (const index of bySize) {
    const bounds = boundsOf(names[index]);
    if (!overlap(bounds, window) || taken.some((other) => overlap(bounds, other))) continue;
    taken.push(bounds);
    shown[index] = true;
  }
  return shown;
}
