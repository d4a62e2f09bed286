import type { CategoryColumn, MapData } from "./columns.ts";

/** The column with the labels that were written by hand; the program gives it the same name. */
export const writtenName = "your label";

/** Gives images a label, or takes theirs away where it is empty. Says whether there is a new column. */
export function writeLabel(map: MapData, label: string, ids: Uint32Array): boolean {
  let column = map.metadata.find(
    (other): other is CategoryColumn => other.name === writtenName && other.kind === "category",
  );
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
