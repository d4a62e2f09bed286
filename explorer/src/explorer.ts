import type { Atlas } from "./atlas.ts";
import { findClusters, type Clusters } from "./clusters.ts";
import { colourBy, colourChoices, type Colouring } from "./colouring.ts";
import type { Coordinates, MapData, TextColumn } from "./columns.ts";
import { densityAtPoints, estimateDensity, PointCounts } from "./density.ts";
import { Drawing } from "./drawing.ts";
import { chooseThumbnails, leastSide, sideFor, steadySide, thumbnailSide } from "./mosaic.ts";
import { classColours, css, unlabelled } from "./palette.ts";
import { Places } from "./places.ts";
import { pointStyle } from "./point_style.ts";
import { oblique, project, projectPoint, type Direction } from "./projection.ts";
import { combine, inBoth, pointsInside, type Combination, type Outline } from "./selection.ts";
import type { Neighbors, Source } from "./source.ts";
import type { Stage } from "./stage.ts";
import { State, type Emphasis } from "./state.ts";
import type { Look } from "./thumbnails.ts";
import { prefersStillness, Travel } from "./travel.ts";
import { boundingBox, type Box, type Camera } from "./view.ts";

export type NeighborKind = "features" | "map";

/** More images than this in view are never all thumbnails. */
const crowd = 40000;
/** So many images, drawn at random, stand for a crowd. */
const sampled = 150000;
/** A point is hit within so many pixels. */
const reach = 9;
/** Points of images without room for their thumbnail are at most so large. */
const dotAmongThumbnails = 6;
/** What the panels at the right may cover, in pixels. */
const panelWidth = 360;
/** A map is still after so many milliseconds without movement. */
const rest = 200;
/** Milliseconds in which points move to new places. */
const moveTime = 900;

/** A map as it is being explored: its data, what is shown of it, and what can be done. */
export class Explorer {
  source: Source;
  map: MapData;
  readonly stage: Stage;
  readonly state = new State();
  readonly travel: Travel;
  /** Called in each frame, after the view is settled. */
  readonly frameListeners: (() => void)[] = [];
  /** Called when another map has been opened, before its points are coloured and have places. */
  readonly mapListeners: (() => void)[] = [];
  /** Called when points have new places. */
  readonly placeListeners: (() => void)[] = [];
  /** Called when the names of images have come. */
  readonly nameListeners: (() => void)[] = [];
  readonly colourListeners: ((colouring: Colouring) => void)[] = [];
  /** Columns of text, the path first; empty until they are loaded. */
  texts: TextColumn[] = [];
  colouring: Colouring;
  direction: Direction = oblique;
  /** The points as they are seen, in two dimensions. */
  x: Float32Array;
  y: Float32Array;
  box: Box;
  isMoving = false;
  /** Takes into account at once what panels cover; else that is seen before the next frame. */
  measurePanels: () => void = () => undefined;
  #drawing: Drawing;
  #litFlags: Uint8Array;
  #coordinates: Coordinates;
  #lastCamera: Camera = { x: 0, y: 0, scale: 0 };
  #restTimer = 0;
  #isAnyLit = false;
  #lastThumbnails: { side: number; scale: number } | null = null;
  #places: Places | null = null;
  #counts: PointCounts | null = null;
  #density: Float32Array | null = null;
  #clusters: Clusters | null = null;

  constructor(source: Source, map: MapData, stage: Stage) {
    this.source = source;
    this.map = map;
    this.stage = stage;
    this.#coordinates = map;
    ({ x: this.x, y: this.y } = project(this.#coordinates, this.direction));
    this.box = boundingBox(this.x, this.y);
    this.travel = new Travel(stage, this.box);
    this.#litFlags = new Uint8Array(map.count);
    this.#drawing = this.#draw();
    this.#drawing.points.moveTo(this.x, this.y);
    this.colouring = this.#colour();
    stage.beforeFrame = (now) => this.#prepareFrame(now);
    stage.onPixelRatio = () => this.atlas?.repaint();
    this.#followState();
  }

  /** The columns of text, which come after the first picture. */
  learnNames(texts: TextColumn[]): void {
    this.texts = texts;
    for (const listen of this.nameListeners) listen();
  }

  #draw(): Drawing {
    const { stage, source, map, state } = this;
    return new Drawing(stage, source, map, (reason) => (state.message.value = reason));
  }

  /** Goes over to another map; what has been set stays, and so does the pinned image if it is there, too. */
  open(source: Source, map: MapData, texts: TextColumn[]): void {
    const { pinned } = this.state;
    const path = pinned.value === null ? null : this.path(pinned.value);
    const hasSameImages = texts.length > 0 && this.texts.length > 0 && texts[0].hasTextsOf(this.texts[0]);
    const from = hasSameImages ? { x: this.x, y: this.y } : null;
    if (from) pinned.value = null;
    else this.state.forgetImages();
    this.#drawing.free();
    this.source = source;
    this.map = map;
    this.texts = texts;
    this.#litFlags = new Uint8Array(map.count);
    this.#drawing = this.#draw();
    this.#coordinates = map;
    if (from) this.#drawing.points.moveTo(from.x, from.y);
    this.#seeAgain(from && !prefersStillness() ? moveTime : 0);
    for (const listen of this.mapListeners) listen();
    this.recolour();
    this.index();
    if (!from) this.travel.showWhole();
    if (path !== null) this.pin(this.#imageAt(path));
  }

  #imageAt(path: string): number | null {
    for (let id = 0; id < this.map.count; ++id) if (this.path(id) === path) return id;
    return null;
  }

  get atlas(): Atlas | null {
    return this.#drawing.atlas;
  }

  #followState(): void {
    const { theme, colour, thumbnails, pointSize, pointOpacity, showNames, pinned } = this.state;
    for (const signal of [thumbnails, pointSize, pointOpacity, showNames, pinned]) {
      signal.listen(() => this.stage.invalidate());
    }
    theme.listen(() => this.recolour());
    colour.listen(() => {
      this.state.classes.value = new Set();
      this.state.hoveredClass.value = null;
      this.recolour();
    });
    const { classes, hoveredClass, matches, selection, emphasis } = this.state;
    for (const signal of [classes, hoveredClass, matches, selection, emphasis]) {
      signal.listen(() => this.#highlight());
    }
  }

  // Colours and what stands out

  recolour(): void {
    this.colouring = this.#colour();
    for (const listen of this.colourListeners) listen(this.colouring);
    this.#highlight();
  }

  #colour(): Colouring {
    const isDark = this.state.theme.value === "dark";
    const choices = colourChoices(this.map);
    const wanted = this.state.colour.value;
    const key = choices.some((choice) => choice.key === wanted) ? wanted : "none";
    const colouring = colourBy(
      key,
      this.map,
      () => this.density,
      () => this.clusters,
      isDark,
    );
    this.#drawing.points.colour(colouring.tints);
    return colouring;
  }

  get density(): Float32Array {
    this.#density ??= densityAtPoints(estimateDensity(this.x, this.y, this.box).grid, this.x, this.y);
    return this.#density;
  }

  get clusters(): Clusters {
    this.#clusters ??= findClusters(this.x, this.y, this.box);
    return this.#clusters;
  }

  /** The images that stand out, or null where all are alike. */
  get litIds(): Uint32Array | null {
    const { hoveredClass, classes, selection } = this.state;
    if (hoveredClass.value !== null) return this.withCodes(new Set([hoveredClass.value]));
    if (this.state.isSelectionLit) return selection.value;
    // A search that finds nothing hides nothing.
    if (this.found.length > 0) return this.found;
    return classes.value.size > 0 ? this.withCodes(classes.value) : null;
  }

  /** What the search finds, among the highlighted classes where there are some. */
  get found(): Uint32Array {
    const { classes, matches } = this.state;
    if (classes.value.size === 0 || matches.value.length === 0) return matches.value;
    return inBoth(matches.value, this.withCodes(classes.value));
  }

  /** The images of these classes of the colour scale. */
  withCodes(codes: ReadonlySet<number>): Uint32Array {
    const { scale } = this.colouring;
    if (scale.kind !== "classes") return new Uint32Array();
    const ids: number[] = [];
    for (let id = 0; id < this.map.count; ++id) if (codes.has(scale.codes[id])) ids.push(id);
    return Uint32Array.from(ids);
  }

  #highlight(): void {
    const ids = this.litIds;
    this.#isAnyLit = ids !== null;
    this.#litFlags.fill(0);
    if (ids) for (const id of ids) this.#litFlags[id] = 1;
    this.#drawing.points.highlight(ids);
  }

  emphasize(emphasis: Emphasis): void {
    this.state.emphasis.value = emphasis;
  }

  // Frames

  #prepareFrame(now: number): boolean {
    const isFlying = this.travel.step(now);
    const { view } = this.stage;
    const style = pointStyle(this.map.count, view.zoom, view.width * view.height);
    style.diameter *= this.state.pointSize.value;
    style.opacity = Math.min(style.opacity * this.state.pointOpacity.value, 1);
    if (this.thumbnailsShown > 0) style.diameter = Math.min(style.diameter, dotAmongThumbnails);
    const isMoving = this.#drawing.points.prepareFrame(style, this.#countToDraw(), now);
    if (this.isMoving && !isMoving) {
      this.isMoving = false;
      this.stage.invalidate();
    }
    this.#showThumbnails();
    for (const listen of this.frameListeners) listen();
    return isFlying || isMoving;
  }

  /** Fewer points while the map moves on a slow machine; all of them soon after it has come to rest. */
  #countToDraw(): number {
    const { camera } = this.stage.view;
    const { x, y, scale } = this.#lastCamera;
    const hasMoved = camera.x !== x || camera.y !== y || camera.scale !== scale;
    this.#lastCamera = camera;
    const count = this.#drawing.pace.pointsFor(this.stage.delay, hasMoved);
    clearTimeout(this.#restTimer);
    if (count < this.map.count) this.#restTimer = window.setTimeout(() => this.stage.invalidate(), rest);
    return count;
  }

  get #look(): Look {
    const { x, y, colouring } = this;
    const pinned = this.state.pinned.value;
    const isLit = (id: number) => !this.#isAnyLit || this.#litFlags[id] === 1 || id === pinned;
    return { x, y, tints: colouring.tints, isLit };
  }

  /** The images in view, or a part of them drawn at random where they are many. */
  imagesInView(margin = 0): number[] {
    const { box, scale } = this.stage.view;
    const more = margin / scale;
    const seen = {
      left: box.left - more,
      right: box.right + more,
      bottom: box.bottom - more,
      top: box.top + more,
    };
    const isCrowd = (this.#counts?.within(seen) ?? this.map.count) > crowd;
    if (this.#places && !isCrowd) return this.#places.inBox(seen);
    const { x, y } = this;
    return Array.from(this.#drawing.order.subarray(0, sampled)).filter(
      (id) => x[id] >= seen.left && x[id] <= seen.right && y[id] >= seen.bottom && y[id] <= seen.top,
    );
  }

  #showThumbnails(): void {
    const { thumbnails } = this.#drawing;
    if (!thumbnails) return;
    const { view } = this.stage;
    const choice = this.state.thumbnails.value;
    const isCrowd = choice === "zoom" && (this.#counts?.within(view.box) ?? Infinity) > crowd;
    if (choice === "never" || isCrowd || this.isMoving) return thumbnails.clear();
    const ids = this.imagesInView(24);
    const room = steadySide(this.#lastThumbnails, sideFor(ids, this.x, this.y, view), view.scale);
    const side = thumbnailSide(choice, room);
    this.#lastThumbnails = side === null ? null : { side, scale: view.scale };
    if (side === null) return thumbnails.clear();
    const inOrder = this.#litFirst(ids, room);
    thumbnails.show(chooseThumbnails(inOrder, this.x, this.y, view, side), side, this.#look);
  }

  /**
   * In a fixed order, so that images do not change places while the map moves; those that stand out
   * first, and alone where there is no room for all.
   */
  #litFirst(ids: number[], room: number): number[] {
    const inOrder = ids.sort((a, b) => b - a);
    if (!this.#isAnyLit) return inOrder;
    const { isLit } = this.#look;
    const lit = inOrder.filter(isLit);
    return room < leastSide ? lit : [...lit, ...inOrder.filter((id) => !isLit(id))];
  }

  get thumbnailsShown(): number {
    return this.#drawing.thumbnails?.shown.length ?? 0;
  }

  /** Of the thumbnails that are shown, those of images that do not stand out. */
  get unlitThumbnails(): number {
    const { isLit } = this.#look;
    return this.#drawing.thumbnails?.shown.filter((id) => !isLit(id)).length ?? 0;
  }

  /** The side of the thumbnails that are shown, 0 where points are. */
  get thumbnailsSide(): number {
    return this.thumbnailsShown > 0 ? this.#drawing.thumbnails!.side : 0;
  }

  // Places

  /** Makes what the questions below need; takes a moment for large maps. */
  index(): void {
    this.#places = new Places(this.x, this.y);
    this.#counts = new PointCounts(this.x, this.y, this.box);
    this.travel.setBox(this.box);
    for (const listen of this.placeListeners) listen();
    this.stage.invalidate();
  }

  /** Not while a solid map is being turned. */
  get isIndexed(): boolean {
    return this.#places !== null;
  }

  /** Moves the points to new coordinates. */
  move(coordinates: Coordinates): void {
    this.#coordinates = coordinates;
    this.#seeAgain(prefersStillness() ? 0 : moveTime);
    this.index();
    if (["density", "cluster"].includes(this.state.colour.value)) this.recolour();
  }

  /** Turns a map of three dimensions by so many degrees. */
  turn(azimuth: number, elevation: number): void {
    if (!this.#coordinates.z) return;
    this.direction = {
      azimuth: this.direction.azimuth + azimuth,
      elevation: Math.min(Math.max(this.direction.elevation + elevation, -90), 90),
    };
    this.#seeAgain(0);
  }

  get isSolid(): boolean {
    return this.#coordinates.z !== null;
  }

  #seeAgain(milliseconds: number): void {
    ({ x: this.x, y: this.y } = project(this.#coordinates, this.direction));
    this.box = boundingBox(this.x, this.y);
    this.#density = this.#clusters = this.#places = this.#counts = null;
    this.isMoving = milliseconds > 0;
    this.#drawing.points.moveTo(this.x, this.y, milliseconds);
  }

  /** The typical image that stands over a cluster at a place of the screen. */
  exemplarAt: (screenX: number, screenY: number) => number | null = () => null;

  /** What is at a place of the screen. */
  pick(screenX: number, screenY: number): number | null {
    const exemplar = this.exemplarAt(screenX, screenY);
    if (exemplar !== null) return exemplar;
    const top = this.#drawing.thumbnails?.at(screenX, screenY, this.#look) ?? null;
    if (top !== null || !this.#places) return top;
    const [x, y] = this.stage.view.toMap(screenX, screenY);
    return this.#places.nearestWithin(x, y, reach / this.stage.view.scale);
  }

  /** The image nearest to the window's centre. */
  nearestToCentre(): number | null {
    const { x, y, scale } = this.stage.view;
    return this.#places?.nearest(x, y, 1, 20 / scale)[0] ?? null;
  }

  /** Images around the centre of the window. */
  aroundCentre(pixels: number): Uint32Array {
    const { x, y, scale } = this.stage.view;
    return Uint32Array.from(this.#places?.within(x, y, pixels / scale) ?? []);
  }

  /** All images in view. */
  inView(): Uint32Array {
    return Uint32Array.from(this.#places?.inBox(this.stage.view.box) ?? []);
  }

  countInView(): number {
    return Math.round(this.#counts?.within(this.stage.view.box) ?? 0);
  }

  /** Whether neighbours in features are known, beside those on the map. */
  get knowsFeatures(): boolean {
    return this.map.neighbors !== null || (this.source.server !== null && this.source.config.neighbors);
  }

  async neighborsOf(id: number, kind: NeighborKind, count: number): Promise<Neighbors> {
    if (kind === "map" || !this.knowsFeatures) return this.#neighborsOnMap(id, count);
    const { neighbors, count: images } = this.map;
    if (neighbors) {
      const first = id * neighbors.width;
      const ids = neighbors.ids.subarray(first, first + Math.min(count, neighbors.width));
      return { ids: Array.from(ids).filter((other) => other !== id), distances: [] };
    }
    const answer = await this.source.server!.neighbors(id, count);
    return { ...answer, ids: answer.ids.filter((other) => other >= 0 && other < images && other !== id) };
  }

  #neighborsOnMap(id: number, count: number): Neighbors {
    const places = this.#places;
    if (!places) return { ids: [], distances: [] };
    const [x, y] = [this.x[id], this.y[id]];
    const start = 8 / this.stage.view.scale;
    const ids = places
      .nearest(x, y, count + 1, start)
      .filter((other) => other !== id)
      .slice(0, count);
    return { ids, distances: ids.map((other) => places.distance(other, x, y)) };
  }

  // What an image is called

  path(id: number): string {
    return this.texts[0]?.at(id) ?? `image ${id}`;
  }

  labelOf(id: number): string | null {
    const code = this.map.label?.[id] ?? -1;
    return code < 0 ? null : this.map.labels[code];
  }

  /** The colour of the image's label, whatever the points are coloured by. */
  labelColour(id: number): string {
    const colours = classColours(this.map.labels.length, this.state.theme.value === "dark");
    return css(colours[this.map.label?.[id] ?? -1] ?? unlabelled);
  }

  // Going to images

  /** Flies to a place, close enough that about so many images are around it. */
  flyToPlace(x: number, y: number, around = 60): void {
    const { view } = this.stage;
    const near = this.#places?.nearest(x, y, around, 30 / view.scale) ?? [];
    const last = near[near.length - 1];
    const distance = last === undefined ? 0 : this.#places!.distance(last, x, y);
    const least = Math.min(view.width, view.height) / 2.6;
    const scale = distance > 0 ? least / distance : view.scale;
    this.travel.flyTo({ x, y, scale: Math.min(scale, 400 * view.whole.scale) });
  }

  /** Brings an image into view without zooming out of where one is. */
  bringIntoView(id: number): void {
    const { view } = this.stage;
    const [x, y] = view.toScreen(this.x[id], this.y[id]);
    const right = view.width > 2 * panelWidth ? view.width - panelWidth : view.width;
    const isSeen = x > this.travel.inset.left && x < right && y > 40 && y < view.height - 80;
    if (!isSeen) this.travel.flyTo({ x: this.x[id], y: this.y[id], scale: view.scale });
  }

  flyToImage(id: number): void {
    this.flyToPlace(this.x[id], this.y[id]);
  }

  /** Where coordinates of the map are seen. */
  seenAt(x: number, y: number, z = 0): [number, number] {
    return this.isSolid ? projectPoint(x, y, z, this.direction) : [x, y];
  }

  // Choosing

  select(ids: Uint32Array, how: Combination): void {
    const chosen = combine(this.state.selection.value, ids, how);
    this.state.selection.value = chosen;
    this.emphasize(chosen.length > 0 ? "selection" : "filter");
    this.state.announcement.value =
      chosen.length > 0 ? `${chosen.length} images selected.` : "Nothing selected.";
  }

  selectInside(outline: Outline, how: Combination): void {
    this.select(pointsInside(this.x, this.y, outline), how);
  }

  pin(id: number | null): void {
    this.state.pinned.value = id;
    if (id === null) return;
    const label = this.labelOf(id);
    this.state.announcement.value = `Pinned ${this.path(id)}${label ? `, ${label}` : ""}.`;
  }
}
