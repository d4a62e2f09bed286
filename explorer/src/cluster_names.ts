import { densestPlaces, type Cluster } from "./clusters.ts";
import type { Explorer } from "./explorer.ts";
import { NamesOnMap } from "./names_on_map.ts";
import { classColours } from "./palette.ts";

const mostLabels = 300;

/** The ids of each code's images. */
function groupByCode(codes: Int32Array, values: number): number[][] {
  const groups: number[][] = Array.from({ length: values }, () => []);
  codes.forEach((code, id) => {
    if (code >= 0) groups[code].push(id);
  });
  return groups;
}

/** Where the images of the most frequent codes are densest. */
function placesOfCodes({ x, y, box }: Explorer, codes: Int32Array, values: number): Map<number, Cluster[]> {
  const groups = groupByCode(codes, values)
    .map((ids, code) => ({ ids, code }))
    .filter(({ ids }) => ids.length > 0)
    .sort((a, b) => b.ids.length - a.ids.length);
  return new Map(
    groups
      .slice(0, mostLabels)
      .map(({ ids, code }) => [code, densestPlaces(x, y, box, Uint32Array.from(ids))]),
  );
}

/** Whether the codes tell images apart: what all share is no news on any place of the map. */
export function tellsApart(codes: Int32Array): boolean {
  return codes.some((code) => code !== codes[0]);
}

/** The classes that are named on the map: those of the colours, else the labels. */
function namedClasses({ colouring, state, map }: Explorer): { codes: Int32Array; names: string[] } | null {
  const column = map.metadata.find(({ name }) => state.colour.value === `column:${name}`);
  if (colouring.scale.kind === "classes" && column?.kind === "category") {
    return tellsApart(column.codes) ? { codes: column.codes, names: column.values } : null;
  }
  const areNamed = map.label && state.colour.value !== "cluster" && tellsApart(map.label);
  return areNamed ? { codes: map.label!, names: map.labels } : null;
}

/** Keeps names on the map: of labels where there are any, else typical images of dense places. */
export function nameClusters(explorer: Explorer): void {
  const names = new NamesOnMap();
  let known: { codes: Int32Array; x: Float32Array; places: Map<number, Cluster[]> } | null = null;
  const showClasses = (codes: Int32Array, texts: string[]) => {
    if (known?.codes !== codes || known.x !== explorer.x) {
      known = { codes, x: explorer.x, places: placesOfCodes(explorer, codes, texts.length) };
    }
    const colours = classColours(texts.length, explorer.state.theme.value === "dark");
    names.showClasses(
      [...known.places].map(([code, places]) => ({ name: texts[code], colour: colours[code], places })),
    );
  };
  const show = () => {
    if (!explorer.isIndexed) return;
    const named = namedClasses(explorer);
    if (!explorer.state.showNames.value) names.clear();
    else if (named) showClasses(named.codes, named.names);
    else names.showExemplars(explorer.clusters.clusters, explorer.atlas);
    explorer.stage.invalidate();
  };
  explorer.exemplarAt = (x, y) => names.exemplarAt(x, y);
  explorer.colourListeners.push(show);
  explorer.placeListeners.push(show);
  explorer.state.showNames.listen(show);
  explorer.frameListeners.push(() => names.arrange(explorer.stage.view, explorer.thumbnailsShown > 0));
  show();
}
