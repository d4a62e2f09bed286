import type { Loss } from "./source.ts";

export interface Curve {
  /** The path's description, for a drawing of the given size. */
  path: string;
  /** Where a stage begins, but the first. */
  stages: number[];
}

interface Range {
  low: number;
  high: number;
}

function rangesByStage(losses: Loss[]): Map<number, Range> {
  const ranges = new Map<number, Range>();
  for (const { stage, loss } of losses) {
    const { low, high } = ranges.get(stage) ?? { low: loss, high: loss };
    ranges.set(stage, { low: Math.min(low, loss), high: Math.max(high, loss) });
  }
  return ranges;
}

/** A line through the losses; each stage has its own scale, as its loss is of another kind. */
export function drawCurve(losses: Loss[], width: number, height: number): Curve {
  const finite = losses.filter(({ loss }) => Number.isFinite(loss));
  const ranges = rangesByStage(finite);
  const parts: string[] = [];
  const stages: number[] = [];
  const place = (index: number) => (finite.length > 1 ? (index / (finite.length - 1)) * width : 0);
  finite.forEach(({ stage, loss }, index) => {
    const isFirst = index === 0 || finite[index - 1].stage !== stage;
    if (isFirst && index > 0) stages.push(place(index - 0.5));
    const { low, high } = ranges.get(stage)!;
    const share = high > low ? (loss - low) / (high - low) : 0.5;
    parts.push(`${isFirst ? "M" : "L"}${place(index).toFixed(1)} ${(height * (1 - share)).toFixed(1)}`);
  });
  return { path: parts.join(""), stages };
}

/** "2 h 5 min", "3 min", "20 s". */
export function tellTime(seconds: number): string {
  if (seconds < 90) return `${Math.max(Math.round(seconds), 0)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
