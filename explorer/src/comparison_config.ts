/** What a page of several maps shows beside them, as the program says it. */

export interface Column {
  title: string;
  meaning: string;
}

export interface Row {
  name: string;
  cells: { text: string; best: boolean }[];
  /** A sentence in place of the cells; empty where there is a map. */
  problem: string;
}

export interface ComparisonConfig {
  title: string;
  first: string;
  columns: Column[];
  rows: Row[];
  notes: string[];
  maps: { name: string; figure: string }[];
}

type Json = Record<string, unknown>;

function record(value: unknown): Json {
  return typeof value === "object" && value !== null ? (value as Json) : {};
}

function list(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(record) : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Reads what the program says; what makes no sense is empty. */
export function parseComparison(given: string): ComparisonConfig {
  const config = record(JSON.parse(given));
  const table = record(config.table);
  return {
    title: text(config.title),
    first: text(table.first),
    columns: list(table.columns).map(({ title, meaning }) => ({ title: text(title), meaning: text(meaning) })),
    rows: list(table.rows).map(({ name, cells, problem }) => ({
      name: text(name),
      cells: list(cells).map((cell) => ({ text: text(cell.text), best: cell.best === true })),
      problem: text(problem),
    })),
    notes: Array.isArray(table.notes) ? table.notes.map(text) : [],
    maps: list(config.maps).map(({ name, figure }) => ({ name: text(name), figure: text(figure) })),
  };
}
