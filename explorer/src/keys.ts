import { find } from "./elements.ts";
import type { Explorer } from "./explorer.ts";
import { moveByArrow, type Key, type KeyGroup } from "./keyboard.ts";
import type { Legend } from "./legend.ts";
import type { Marks } from "./marks.ts";
import type { ThumbnailChoice } from "./mosaic.ts";
import type { PinnedPanel } from "./pinned_panel.ts";
import type { Placing } from "./placing.ts";
import type { Pointer } from "./pointer.ts";
import type { SearchField } from "./search_field.ts";
import type { SelectionPanel } from "./selection_panel.ts";
import { tellView } from "./status.ts";

export interface Parts {
  explorer: Explorer;
  pinned: PinnedPanel;
  selection: SelectionPanel;
  search: SearchField;
  placing: Placing;
  marks: Marks;
  pointer: Pointer;
  legend: Legend;
}

/** The selection by keys is a circle of this radius in pixels. */
const circle = 100;
const pause = 500;
const thumbnailChoices: ThumbnailChoice[] = ["zoom", "always", "never"];

/** Ends what was begun last: an outline, a tool, a placed image, the pinned one, the selection, the search. */
function leave({ explorer, placing, pointer, search }: Parts): void {
  const { state } = explorer;
  if (pointer.cancel()) return;
  if (state.tool.value !== "move") state.tool.value = "move";
  else if (placing.close()) return;
  else if (state.pinned.value !== null) explorer.pin(null);
  else if (state.selection.value.length > 0) explorer.select(new Uint32Array(), "replace");
  else if (state.query.value !== "") search.search("");
  else if (state.classes.value.size > 0) state.classes.value = new Set();
}

/** Selects the images with the pinned image's label, else those of the legend's highlighted classes. */
function selectLabel({ explorer, legend }: Parts): void {
  const id = explorer.state.pinned.value;
  const code = id === null ? -1 : (explorer.map.label?.[id] ?? -1);
  if (code < 0) return legend.selectClasses();
  const { label, count } = explorer.map;
  const ids = Array.from({ length: count }, (_, other) => other).filter((other) => label![other] === code);
  explorer.select(Uint32Array.from(ids), "replace");
}

function movingKeys({ explorer, marks }: Parts): Key[] {
  let timer = 0;
  const byKey = (act: (event: KeyboardEvent) => void) => (event: KeyboardEvent) => {
    marks.showCross(true);
    act(event);
    clearTimeout(timer);
    timer = window.setTimeout(() => tellView(explorer), pause);
  };
  return [
    {
      keys: ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"],
      shown: "← → ↑ ↓",
      does: "Move the map; farther with Shift",
      act: byKey((event) => moveByArrow(explorer, event)),
    },
    { keys: ["+", "="], does: "Zoom in", act: byKey(() => explorer.travel.zoomBy(1.6)) },
    { keys: ["-", "_"], shown: "−", does: "Zoom out", act: byKey(() => explorer.travel.zoomBy(1 / 1.6)) },
    { keys: ["0"], does: "Show the whole map", act: byKey(() => explorer.travel.showWhole()) },
  ];
}

function imageKeys({ explorer, pinned, marks }: Parts): Key[] {
  return [
    {
      keys: ["Enter"],
      shown: "Enter",
      does: "Pin the image nearest to the centre",
      act: () => {
        marks.showCross(true);
        explorer.pin(explorer.nearestToCentre());
      },
    },
    { keys: ["n"], does: "To its nearest neighbour not yet seen", act: () => pinned.next() },
    { keys: ["p"], does: "Back to the image before", act: () => pinned.back() },
    {
      keys: ["f"],
      does: "Fly to the pinned image",
      act: () => {
        const id = explorer.state.pinned.value;
        if (id !== null) explorer.flyToImage(id);
      },
    },
  ];
}

function selectingKeys(parts: Parts): Key[] {
  const { explorer, search, selection } = parts;
  const { tool } = explorer.state;
  return [
    { keys: ["m"], does: "Move with the mouse", act: () => (tool.value = "move") },
    { keys: ["l"], does: "Lasso", act: () => (tool.value = "lasso") },
    { keys: ["r"], does: "Rectangle", act: () => (tool.value = "rectangle") },
    { keys: ["v"], does: "Select what is in view", act: () => explorer.select(explorer.inView(), "replace") },
    {
      keys: ["c"],
      does: "Select a circle around the centre",
      act: () => explorer.select(explorer.aroundCentre(circle), "replace"),
    },
    {
      keys: ["C"],
      shown: "Shift C",
      does: "Add that circle to the selection",
      act: () => explorer.select(explorer.aroundCentre(circle), "add"),
    },
    { keys: ["s"], does: "Select the matches of the search", act: () => search.select() },
    {
      keys: ["k"],
      does: "Select the pinned image's label",
      act: () => selectLabel(parts),
    },
    { keys: ["e"], does: "Save the selection as CSV", act: () => selection.save() },
    {
      keys: ["w"],
      does: "Write a label for the selection",
      act: () => document.getElementById("new-label")?.focus(),
    },
  ];
}

function searchingKeys({ search }: Parts): Key[] {
  return [
    { keys: ["/"], does: "Search; Enter walks through the matches", act: () => search.focus() },
    { keys: ["g"], does: "Next match", act: () => search.step(1) },
    { keys: ["G"], shown: "Shift G", does: "Previous match", act: () => search.step(-1) },
  ];
}

function pageKeys(parts: Parts): Key[] {
  const { explorer, placing } = parts;
  const { theme, thumbnails, showNames } = explorer.state;
  const nextChoice = () =>
    thumbnailChoices[(thumbnailChoices.indexOf(thumbnails.value) + 1) % thumbnailChoices.length];
  const keys: Key[] = [
    {
      keys: ["i"],
      does: "Images: by zoom, always, never",
      act: () => {
        thumbnails.value = nextChoice();
        explorer.state.message.value = `Images: ${thumbnails.value === "zoom" ? "by zoom" : thumbnails.value}`;
      },
    },
    { keys: ["o"], does: "Names on the map", act: () => (showNames.value = !showNames.value) },
    {
      keys: ["t"],
      does: "Dark or light",
      act: () => (theme.value = theme.value === "dark" ? "light" : "dark"),
    },
    { keys: ["["], does: "Fold or open the panel at the left", act: () => find("fold").click() },
    { keys: ["Escape"], shown: "Esc", does: "Leave, close or clear what came last", act: () => leave(parts) },
    { keys: ["?"], does: "This list", act: () => find<HTMLDialogElement>("help").showModal() },
  ];
  if (explorer.source.config.placing)
    keys.unshift({ keys: ["d"], does: "Place a new image", act: () => placing.ask() });
  return keys;
}

/** All keys of the page. */
export function keysOf(parts: Parts): KeyGroup[] {
  return [
    { title: "The map", keys: movingKeys(parts) },
    { title: "Images", keys: imageKeys(parts) },
    { title: "Selecting", keys: selectingKeys(parts) },
    { title: "Searching", keys: searchingKeys(parts) },
    { title: "The page", keys: pageKeys(parts) },
  ];
}
