import { connectAppearance } from "./appearance.ts";
import { awaitMap } from "./arrival.ts";
import { readAddress } from "./address.ts";
import { AddressBar } from "./address_bar.ts";
import { parseMap, parseTexts } from "./columns.ts";
import { find, sentence, tellImages } from "./elements.ts";
import { Explorer } from "./explorer.ts";
import { Hover } from "./hover.ts";
import { keysOf, type Parts } from "./keys.ts";
import { connectHelp, fillHelp, listenToKeys, type KeyGroup } from "./keyboard.ts";
import { Legend } from "./legend.ts";
import { Marks } from "./marks.ts";
import { nameClusters } from "./cluster_names.ts";
import { PinnedPanel } from "./pinned_panel.ts";
import { Placing } from "./placing.ts";
import { Pointer } from "./pointer.ts";
import { TrainingPanel } from "./progress.ts";
import { SearchField } from "./search_field.ts";
import { SelectionPanel } from "./selection_panel.ts";
import { openSource } from "./source.ts";
import { Stage } from "./stage.ts";
import { connectStatus } from "./status.ts";
import { foldPanel } from "./panel.ts";
import { Steps } from "./steps.ts";
import { connectTheme, ground, systemTheme } from "./theme.ts";
import { connectToolbar } from "./toolbar.ts";
import { connectLayout } from "./layout.ts";
import { writeLabel, writtenName } from "./written_labels.ts";

function tellTrouble(error: unknown): void {
  const trouble = find("trouble");
  const text = document.createElement("p");
  text.textContent = sentence(error);
  trouble.replaceChildren(text);
  endLoading();
  trouble.hidden = false;
}

/** What the end-to-end test reads of the page beside its elements. */
function tellTests(explorer: Explorer): void {
  Object.assign(window, {
    tsimcne: {
      get count() {
        return explorer.map.count;
      },
      get thumbnails() {
        return explorer.thumbnailsShown;
      },
      /** How many images stand out; -1 where all are alike. */
      get lit() {
        return explorer.litIds?.length ?? -1;
      },
      /** Of the thumbnails, those of images that do not stand out. */
      get unlitThumbnails() {
        return explorer.unlitThumbnails;
      },
      get isReady() {
        return explorer.isIndexed && explorer.texts.length > 0;
      },
      get frames() {
        return explorer.stage.frames;
      },
      screenPlace: (id: number) => explorer.stage.view.toScreen(explorer.x[id], explorer.y[id]),
    },
  });
}

function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

function showTitle({ source, map }: Explorer): void {
  document.title = `${source.config.title} · tsimcne`;
  find("title").textContent = source.config.title;
  find("count").textContent = tellImages(map.count);
  find("note").textContent = map.note;
  find("note").hidden = map.note === "";
  find("canvas").setAttribute("aria-label", `Map of ${tellImages(map.count)}`);
}

/** Everything that asks for images by place waits until places are known; names come later. */
function buildPanels(explorer: Explorer, legend: Legend): Parts {
  const pinned = new PinnedPanel(explorer);
  const selection = new SelectionPanel(explorer);
  const search = new SearchField(explorer);
  const placing = new Placing(explorer);
  const marks = new Marks(explorer);
  const pointer = new Pointer(explorer);
  new Hover(explorer);
  new TrainingPanel(explorer);
  selection.onLabel = (label, ids) => {
    if (writeLabel(explorer.map, label, ids)) legend.offerChoices();
    if (explorer.state.colour.value === `column:${writtenName}`) explorer.recolour();
  };
  const parts: Parts = { explorer, pinned, selection, search, placing, marks, pointer, legend };
  let groups: KeyGroup[] = [];
  const offerKeys = () => fillHelp((groups = keysOf(parts)));
  explorer.mapListeners.push(offerKeys);
  offerKeys();
  connectHelp();
  listenToKeys(() => groups);
  return parts;
}

/** What is open, "back" closes; the selection stays. */
function connectSteps(steps: Steps, { explorer, placing }: Parts): void {
  const closeDialog = (id: string) => steps.follow(find(id), () => find<HTMLDialogElement>(id).close());
  closeDialog("help");
  closeDialog("large");
  steps.follow(find("pinned"), () => explorer.pin(null));
  steps.follow(find("placement"), () => placing.close());
  steps.follow(find("chosen"), () => foldPanel(find("chosen")));
}

/** Until the first picture there is the ground alone, in the colours that the page will have. */
function beginLoading(): Stage {
  const theme = readAddress(location.hash, 0).theme ?? systemTheme();
  document.documentElement.dataset.theme = theme;
  const stage = new Stage(find<HTMLCanvasElement>("canvas"));
  stage.paintBackground(ground[theme]);
  return stage;
}

function endLoading(): void {
  document.body.removeAttribute("aria-busy");
  find("loading").hidden = true;
}

async function start(): Promise<void> {
  const opened = openSource();
  const coming = opened.config.arriving ? null : opened.map(); // while the stage is made
  const stage = beginLoading();
  const source = coming ? opened : await awaitMap(opened);
  const map = parseMap(await (coming ?? source.map()));
  const explorer = new Explorer(source, map, stage);
  const address = new AddressBar(explorer);
  connectTheme(explorer);
  connectLayout(explorer);
  address.restoreView();
  connectAppearance(explorer.state, explorer.atlas !== null);
  connectToolbar(explorer);
  connectStatus(explorer);
  showTitle(explorer);
  explorer.mapListeners.push(() => showTitle(explorer));
  const legend = new Legend(explorer);
  tellTests(explorer);
  await nextFrame();
  performance.mark("first-frame");
  explorer.index();
  nameClusters(explorer);
  const parts = buildPanels(explorer, legend);
  endLoading();
  explorer.learnNames(parseTexts(await source.texts(), map.count));
  const steps = new Steps(); // which closes what is open before the address tells it
  address.restoreImages(parts.search);
  connectSteps(steps, parts);
}

start().catch(tellTrouble);
