import { findClusters, type Clusters } from "./clusters.ts";
import type { Explorer } from "./explorer.ts";
import { NamesOnMap } from "./names_on_map.ts";
import { classColours } from "./palette.ts";

/** Cells along the map in which a label's densest places are looked for. */
const cells = 128;
const mostLabels = 300;

/** The ids of each code's images. */
function groupByCode(codes: Int32Array, values: number): number[][] {
  const groups: number[][] = Array.from({ length: values }, () => []);
  codes.forEach((code, id) => {
    if (code >= 0) groups[code].push(id);
  });
  return groups;
}

function clustersOfClasses(explorer: Explorer, codes: Int32Array, names: string[]) {
  const colours = classColours(names.length, explorer.state.theme.value === "dark");
  return groupByCode(codes, names.length)
    .map((ids, code) => ({ ids, name: names[code], colour: colours[code] }))
    .filter(({ ids }) => ids.length > 0)
    .sort((a, b) => b.ids.length - a.ids.length)
    .slice(0, mostLabels)
    .map(({ ids, name, colour }) => ({ name, colour, clusters: clustersOfClass(explorer, Uint32Array.from(ids)) }));
}

/** A class too small or too scattered for a cluster is named at the image in its middle. */
function clustersOfClass({ x, y, box }: Explorer, ids: Uint32Array): Clusters {
  const found = findClusters(x, y, box, cells, ids);
  if (found.clusters.length > 0) return found;
  const id = ids[ids.length >> 1];
  return { clusters: [{ x: x[id], y: y[id], size: ids.length, exemplar: id }], of: found.of };
}

/** The classes that are named on the map: those of the colours, else the labels. */
function namedClasses({ colouring, state, map }: Explorer): { codes: Int32Array; names: string[] } | null {
  const column = map.metadata.find(({ name }) => state.colour.value === `column:${name}`);
  if (colouring.scale.kind === "classes" && column?.kind === "category") {
    return { codes: column.codes, names: column.values };
  }
  return map.label && state.colour.value !== "cluster" ? { codes: map.label, names: map.labels } : null;
}

/** Keeps names on the map: of labels where there are any, else typical images of dense places. */
export function nameClusters(explorer: Explorer): void {
  const names = new NamesOnMap();
  const show = () => {
    if (!explorer.isIndexed) return;
    const named = namedClasses(explorer);
    if (!explorer.state.showNames.value) names.clear();
    else if (named) names.showLabels(clustersOfClasses(explorer, named.codes, named.names));
    else names.showExemplars(explorer.clusters, explorer.atlas);
    explorer.stage.invalidate();
  };
  explorer.colourListeners.push(show);
  explorer.placeListeners.push(show);
  explorer.state.showNames.listen(show);
  explorer.frameListeners.push(() => names.arrange(explorer.stage.view));
  show();
}
