import type { CategoryColumn, MapData } from "./columns.ts";

/** The column with the labels that were written by hand; the program gives it the same name. */
export const writtenName = "your label";

function writtenColumn(map: MapData): CategoryColumn | undefined {
  return map.metadata.find(
    (column): column is CategoryColumn => column.name === writtenName && column.kind === "category",
  );
}

/** The label that was written for an image, "" for none. */
export function writtenLabel(map: MapData, id: number): string {
  const column = writtenColumn(map);
  return column?.values[column.codes[id]] ?? "";
}

/** Gives images a label, or takes theirs away where it is empty. Says whether there is a new column. */
export function writeLabel(map: MapData, label: string, ids: Uint32Array): boolean {
  let column = writtenColumn(map);
  const isNew = column === undefined;
  if (!column) {
    column = { kind: "category", name: writtenName, values: [], codes: new Int32Array(map.count).fill(-1) };
    map.metadata.push(column);
  }
  let code = label === "" ? -1 : column.values.indexOf(label);
  if (label !== "" && code < 0) code = column.values.push(label) - 1;
  column.codes = column.codes.slice();
  for (const id of ids) column.codes[id] = code;
  return isNew;
}
