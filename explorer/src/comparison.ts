import { Atlas } from "./atlas.ts";
import { colourByClass, colourPlainly, type ClassRow, type Colouring } from "./colouring.ts";
import { parseMap, parsePoints, parseTexts, type MapData, type TextColumn } from "./columns.ts";
import { parseComparison, type ComparisonConfig } from "./comparison_config.ts";
import { baseName, find, make, makeButton, sentence, tell, tellImages } from "./elements.ts";
import { atlasPage, decode } from "./embedded.ts";
import { fillTable, pointAtRow } from "./figures_table.ts";
import { onKey } from "./key_presses.ts";
import { Lasso } from "./lasso.ts";
import { LinkedMap } from "./linked_map.ts";
import { Pages } from "./pages.ts";
import { css } from "./palette.ts";
import { combine, countCodes, pointsInside, type Combination } from "./selection.ts";
import { ranks, shuffledOrder } from "./shuffle.ts";
import { State } from "./state.ts";
import { ground, systemTheme } from "./theme.ts";
import { tile } from "./tiles.ts";

const caption = 24;
const gap = 14;
const distance = 18;
const mostInStrip = 60;
const mostCounts = 4;

/** Several maps of the same images: what is pointed at or chosen on one is seen on all. */
class ComparisonView {
  readonly #config: ComparisonConfig;
  readonly #map: MapData;
  readonly #texts: TextColumn[];
  readonly #atlas: Atlas | null;
  readonly #state = new State();
  readonly #maps: LinkedMap[] = [];
  #colouring: Colouring;
  #rows: { code: number; button: HTMLButtonElement }[] = [];

  constructor(config: ComparisonConfig) {
    this.#config = config;
    this.#map = parseMap(decode("map"));
    this.#texts = parseTexts(decode("text"), this.#map.count);
    this.#atlas = this.#map.slot ? new Atlas(this.#map.levels, this.#map.slot, new Pages(atlasPage)) : null;
    this.#colouring = this.#colour();
    this.#makeMaps();
    this.#connect();
    this.#arrange();
    window.addEventListener("resize", () => this.#arrange());
    onKey(window, (event) => {
      if (event.key === "Escape") this.#clear();
    });
  }

  /** What the end-to-end test asks for. */
  get forTests() {
    return {
      maps: this.#maps,
      state: this.#state,
      count: this.#map.count,
    };
  }

  #makeMaps(): void {
    const order = shuffledOrder(this.#map.count);
    const rank = ranks(order);
    this.#config.maps.forEach(({ name, figure }, index) => {
      const points = parsePoints(decode(`points-${index}`), this.#map.count);
      const title = make("figcaption", {}, make("b", {}, name), make("span", { class: "quiet" }, figure));
      const room = make("figure", { id: `map-${index}` }, title);
      find("maps").append(room);
      const map = new LinkedMap(name, points, order, rank, room);
      this.#maps.push(map);
      new Lasso(map, {
        point: (id) => this.#point(map, id),
        enclose: (outline, how) => this.#select(pointsInside(map.x, map.y, outline), how),
        click: (id, how) => (id === null ? this.#clear() : this.#select(Uint32Array.of(id), how)),
      });
      room.addEventListener("pointerenter", () => pointAtRow(name));
      room.addEventListener("pointerleave", () => pointAtRow(null));
    });
  }

  #connect(): void {
    const { theme, hovered, selection, classes, hoveredClass, emphasis } = this.#state;
    const dark = find<HTMLInputElement>("dark");
    dark.addEventListener("change", () => (theme.value = dark.checked ? "dark" : "light"));
    theme.value = systemTheme();
    theme.follow((value) => {
      dark.checked = value === "dark";
      document.documentElement.dataset.theme = value;
      for (const map of this.#maps) map.stage.paintBackground(ground[value]);
      this.#recolour();
    });
    hovered.listen((id) => this.#maps.forEach((map) => map.ring(id)));
    for (const signal of [classes, hoveredClass, selection, emphasis]) signal.listen(() => this.#highlight());
    selection.listen(() => this.#tellChosen());
    this.#maps[0].stage.onPixelRatio = () => this.#atlas?.repaint();
  }

  // Colours and what stands out

  #colour(): Colouring {
    const { label, labels, count } = this.#map;
    const isDark = this.#state.theme.value === "dark";
    return label ? colourByClass(label, labels, "no label", isDark) : colourPlainly(count, isDark);
  }

  #recolour(): void {
    this.#colouring = this.#colour();
    for (const map of this.#maps) map.colour(this.#colouring.tints);
    this.#tellChosen();
    const { scale } = this.#colouring;
    find("legend").hidden = scale.kind !== "classes";
    if (scale.kind !== "classes") return;
    this.#rows = scale.rows.map((row) => ({ code: row.code, button: this.#classButton(row) }));
    find("legend").replaceChildren(...this.#rows.map(({ button }) => button));
    this.#markClasses();
  }

  #classButton({ code, name, colour, count }: ClassRow): HTMLButtonElement {
    const dot = make("i");
    dot.style.background = css(colour);
    const button = makeButton("", { class: "class", title: name }, () => this.#toggle(code));
    button.append(dot, make("span", {}, name), make("span", {}, tell(count)));
    button.addEventListener("pointerenter", () => (this.#state.hoveredClass.value = code));
    button.addEventListener("pointerleave", () => (this.#state.hoveredClass.value = null));
    return button;
  }

  #toggle(code: number): void {
    const { classes, emphasis } = this.#state;
    const next = new Set(classes.value);
    if (!next.delete(code)) next.add(code);
    classes.value = next;
    emphasis.value = "filter";
  }

  #markClasses(): void {
    const { value } = this.#state.classes;
    for (const { code, button } of this.#rows) button.setAttribute("aria-pressed", String(value.has(code)));
    find("legend").classList.toggle("some", value.size > 0 && !this.#state.isSelectionLit);
  }

  /** The images that stand out, or null where all are alike. */
  get #litIds(): Uint32Array | null {
    const { hoveredClass, classes, selection } = this.#state;
    if (hoveredClass.value !== null) return this.#withCodes(new Set([hoveredClass.value]));
    if (this.#state.isSelectionLit) return selection.value;
    return classes.value.size > 0 ? this.#withCodes(classes.value) : null;
  }

  #withCodes(codes: ReadonlySet<number>): Uint32Array {
    const { label, count } = this.#map;
    const ids: number[] = [];
    for (let id = 0; label && id < count; ++id) if (codes.has(label[id])) ids.push(id);
    return Uint32Array.from(ids);
  }

  #highlight(): void {
    this.#markClasses();
    const ids = this.#litIds;
    for (const map of this.#maps) map.highlight(ids);
  }

  // What is pointed at and chosen

  #point(map: LinkedMap, id: number | null): void {
    const card = find("hover");
    this.#state.hovered.value = id;
    card.hidden = id === null;
    if (id === null) return;
    if (card.dataset.image !== String(id)) {
      card.dataset.image = String(id);
      card.replaceChildren(...this.#describe(id));
    }
    const { left, top } = map.place.getBoundingClientRect();
    const [x, y] = map.screenPlace(id);
    const { offsetWidth: width, offsetHeight: height } = card;
    const right = left + x + distance;
    const cardLeft = right + width < innerWidth ? right : left + x - distance - width;
    const cardTop = Math.min(Math.max(top + y - height / 2, 8), innerHeight - height - 8);
    card.style.transform = `translate(${Math.round(cardLeft)}px, ${Math.round(cardTop)}px)`;
  }

  #describe(id: number): HTMLElement[] {
    const parts: HTMLElement[] = [];
    if (this.#atlas) {
      const canvas = make("canvas");
      void this.#atlas.paint(canvas, id, 128).catch(() => canvas.remove());
      parts.push(canvas);
    }
    parts.push(make("div", { class: "file" }, baseName(this.#texts[0].at(id))));
    const { label, labels } = this.#map;
    if (label && label[id] >= 0) parts.push(make("div", { class: "quiet" }, labels[label[id]]));
    return parts;
  }

  #select(ids: Uint32Array, how: Combination): void {
    const { selection, emphasis } = this.#state;
    const chosen = combine(selection.value, ids, how);
    emphasis.value = chosen.length > 0 ? "selection" : "filter";
    selection.value = chosen;
  }

  #clear(): void {
    this.#state.forgetImages();
    find("hover").hidden = true;
  }

  #tellChosen(): void {
    const { selection } = this.#state;
    const room = find("chosen");
    if (selection.value.length === 0) {
      const how = "Draw around images on any map to see them on all; Shift adds, Alt takes away.";
      return room.replaceChildren(make("span", { class: "quiet", title: how }, how));
    }
    const count = make("b", {}, tellImages(selection.value.length));
    const clear = makeButton("Clear", { title: "Clear the selection (Esc)" }, () => this.#clear());
    room.replaceChildren(clear, count, ...this.#countChips(), this.#strip());
  }

  #countChips(): HTMLElement[] {
    const { scale } = this.#colouring;
    if (scale.kind !== "classes") return [];
    const counts = countCodes(this.#state.selection.value, scale.codes).slice(0, mostCounts);
    return counts.map(({ code, count }) => {
      const row = scale.rows.find((other) => other.code === code)!;
      const dot = make("i");
      dot.style.background = css(row.colour);
      return make("span", { class: "chip" }, dot, `${row.name} ${tell(count)}`);
    });
  }

  /** Some of the selected images, evenly spread among them. */
  #strip(): HTMLElement {
    const strip = make("div", { class: "strip" });
    const ids = this.#state.selection.value;
    const shown = Math.min(ids.length, mostInStrip);
    for (let i = 0; this.#atlas && i < shown; ++i) {
      const id = ids[Math.floor((i * ids.length) / shown)];
      const canvas = make("canvas", { title: this.#texts[0].at(id) });
      canvas.addEventListener("pointerenter", () => (this.#state.hovered.value = id));
      canvas.addEventListener("pointerleave", () => (this.#state.hovered.value = null));
      void this.#atlas.paint(canvas, id, 44).catch(() => canvas.remove());
      strip.append(canvas);
    }
    return strip;
  }

  #arrange(): void {
    const maps = find("maps");
    const height = innerHeight - find("bar").offsetHeight - 3 * gap;
    const { columns, side } = tile(this.#maps.length, maps.clientWidth, height, caption, gap);
    maps.style.gridTemplateColumns = `repeat(${columns}, ${side}px)`;
  }
}

function start(): void {
  const config = parseComparison(find("config").textContent ?? "{}");
  document.title = `${config.title} · tsimcne`;
  find("title").textContent = config.title;
  fillTable(find("table"), config);
  const view = new ComparisonView(config);
  find("count").textContent = `${tellImages(view.forTests.count)}, ${tell(config.maps.length)} maps`;
  Object.assign(window, { tsimcne: view.forTests });
}

try {
  start();
} catch (error) {
  find("trouble").replaceChildren(make("p", {}, sentence(error)));
  find("trouble").hidden = false;
}
