import type { ComparisonConfig, Row } from "./comparison_config.ts";
import { make } from "./elements.ts";

function rowOf(row: Row, columns: number, map: number): HTMLElement {
  const name = map < 0 ? row.name : make("a", { href: `#map-${map}` }, row.name);
  const cells = row.problem
    ? [make("td", { class: "problem", colspan: String(columns) }, row.problem)]
    : row.cells.map(({ text, best }) => make("td", {}, best ? make("strong", {}, text) : text || "–"));
  return make("tr", { "data-name": row.name }, make("th", { scope: "row" }, name), ...cells);
}

/** The figures of all methods, the best of each column in bold, and how they were measured. */
export function fillTable(room: HTMLElement, { first, columns, rows, notes, maps }: ComparisonConfig): void {
  const titles = columns.map(({ title, meaning }) => make("th", { scope: "col", title: meaning }, title));
  const head = make("thead", {}, make("tr", {}, make("th", { scope: "col" }, first), ...titles));
  const place = (name: string) => maps.findIndex((map) => map.name === name);
  const body = make("tbody", {}, ...rows.map((row) => rowOf(row, columns.length, place(row.name))));
  const below = make("div", { class: "notes" }, ...notes.map((note) => make("p", {}, note)));
  room.replaceChildren(make("table", {}, head, body), below);
}

/** Marks the row of the map that the pointer is at. */
export function pointAtRow(name: string | null): void {
  for (const row of document.querySelectorAll<HTMLElement>("#table tbody tr")) {
    row.classList.toggle("pointed", row.dataset.name === name);
  }
}
