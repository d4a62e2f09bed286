import {
  BufferAttribute,
  GLSL3,
  InstancedBufferAttribute,
  InstancedBufferGeometry,
  Mesh,
  RawShaderMaterial,
  Vector2,
} from "three";
import { levelFor, type Atlas } from "./atlas.ts";
import { pageKey, Pages, type Page } from "./pages.ts";
import type { Stage } from "./stage.ts";

const vertexShader = `
precision highp float;
in vec3 position;
in vec2 place;
in float cell;
in vec4 tint;
uniform vec2 centre;
uniform vec2 scale;
uniform vec2 side;
uniform float columns;
uniform float pixels;
out vec2 corner;
out vec2 texel;
out vec4 frame;
void main() {
  gl_Position = vec4((place - centre) * scale + position.xy * side, 0.0, 1.0);
  corner = position.xy + 0.5;
  float row = floor((cell + 0.5) / columns);
  vec2 inside = (vec2(corner.x, 1.0 - corner.y) * (pixels - 1.0) + 0.5) / pixels;
  texel = (vec2(cell - row * columns, row) + inside) / columns;
  frame = tint;
}`;

// The frame is as thick as border says, in pixels; alpha tells how much the image stands out.
const fragmentShader = `
precision highp float;
in vec2 corner;
in vec2 texel;
in vec4 frame;
uniform sampler2D page;
uniform float extent;
uniform float border;
out vec4 pixel;
void main() {
  vec2 edge = min(corner, 1.0 - corner) * extent;
  bool framed = min(edge.x, edge.y) < border;
  pixel = vec4(framed ? frame.rgb : texture(page, texel).rgb, frame.a);
}`;

const quad = new BufferAttribute(
  new Float32Array([-0.5, -0.5, 0, 0.5, -0.5, 0, 0.5, 0.5, 0, -0.5, 0.5, 0]),
  3,
);
const quadIndex = new BufferAttribute(new Uint16Array([0, 1, 2, 0, 2, 3]), 1);
/** The alpha, of 255, of images that do not stand out. */
const dimmed = 80;

/** What thumbnails need to know of their images. */
export interface Look {
  x: Float32Array;
  y: Float32Array;
  /** Three bytes an image. */
  tints: Uint8Array;
  /** Whether the image stands out; all do where nothing is highlighted. */
  isLit: (id: number) => boolean;
}

interface Batch {
  level: number;
  page: number;
  ids: number[];
}

/** Thumbnails of images at their places, one draw call for each page of the atlas. */
export class Thumbnails {
  readonly atlas: Atlas;
  /** The images that are shown, later ones over earlier ones. */
  shown: number[] = [];
  /** Their side in pixels of the page. */
  side = 0;
  readonly #stage: Stage;
  readonly #meshes = new Map<string, Mesh<InstancedBufferGeometry, RawShaderMaterial>>();
  readonly #shared = {
    centre: { value: new Vector2() },
    scale: { value: new Vector2() },
    side: { value: new Vector2() },
    extent: { value: 1 },
    border: { value: 1 },
  };

  constructor(stage: Stage, atlas: Atlas) {
    this.#stage = stage;
    this.atlas = atlas;
    atlas.pages.onDrop = (key) => this.#forget(key);
  }

  clear(): void {
    this.shown = [];
    for (const key of [...this.#meshes.keys()]) this.#forget(key);
  }

  /** Shows these images where their pages are there, and asks for the pages that are not. */
  show(ids: number[], side: number, look: Look): void {
    const { view, pixelRatio } = this.#stage;
    this.side = side;
    this.#shared.centre.value.set(view.x, view.y);
    this.#shared.scale.value.set((2 * view.scale) / view.width, (2 * view.scale) / view.height);
    this.#shared.side.value.set((2 * side) / view.width, (2 * side) / view.height);
    this.#shared.extent.value = side * pixelRatio;
    this.#shared.border.value = (side < 28 ? 1 : 2) * pixelRatio;
    const batches = this.#batches(ids, levelFor(this.atlas.levels, side * pixelRatio));
    this.shown = [];
    const drawn = new Set<string>();
    for (const batch of batches) {
      const page = this.atlas.pages.find(batch.level, batch.page);
      if (!page) continue;
      const key = pageKey(batch.level, batch.page);
      this.#fill(this.#mesh(key, batch.level, page), batch, look);
      this.shown.push(...batch.ids);
      drawn.add(key);
    }
    for (const key of [...this.#meshes.keys()]) if (!drawn.has(key)) this.#forget(key);
  }

  /** The topmost thumbnail at a place of the screen. */
  at(screenX: number, screenY: number, look: Look): number | null {
    for (let i = this.shown.length - 1; i >= 0; --i) {
      const id = this.shown[i];
      const [x, y] = this.#stage.view.toScreen(look.x[id], look.y[id]);
      if (Math.max(Math.abs(x - screenX), Math.abs(y - screenY)) <= this.side / 2) return id;
    }
    return null;
  }

  /** The images by page; those whose page is still coming are shown from other levels meanwhile. */
  #batches(ids: number[], sharpest: number): Batch[] {
    const { level, pages } = this.#affordable(ids, sharpest);
    this.atlas.pages.want(pages.map(([page]) => [level, page]));
    const others = this.atlas.levels.map((_, other) => other).filter((other) => other !== level);
    const batches: Batch[] = [];
    let rest = pages.flatMap(([, members]) => members);
    for (const from of [level, ...others]) {
      const missing: number[] = [];
      for (const [page, members] of this.#groupByPage(rest, from)) {
        if (this.atlas.pages.find(from, page)) batches.push({ level: from, page, ids: members });
        else missing.push(...members);
      }
      rest = missing;
    }
    return batches;
  }

  /** The level, or a coarser one where its pages would not all fit into memory, and pages that do. */
  #affordable(ids: number[], level: number): { level: number; pages: [number, number[]][] } {
    const byPage = this.#groupByPage(ids, level);
    const { side, columns } = this.atlas.levels[level];
    const room = Pages.room(side * columns);
    if (byPage.size > room && level > 0) return this.#affordable(ids, level - 1);
    const pages = [...byPage].sort((a, b) => b[1].length - a[1].length).slice(0, room);
    return { level, pages };
  }

  #groupByPage(ids: number[], level: number): Map<number, number[]> {
    const groups = new Map<number, number[]>();
    for (const id of ids) {
      const { page } = this.atlas.cell(id, level);
      const group = groups.get(page);
      if (group) group.push(id);
      else groups.set(page, [id]);
    }
    return groups;
  }

  #mesh(key: string, level: number, page: Page): Mesh<InstancedBufferGeometry, RawShaderMaterial> {
    const there = this.#meshes.get(key);
    if (there) return there;
    const { columns, side } = this.atlas.levels[level];
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader,
      fragmentShader,
      transparent: true,
      depthTest: false,
      depthWrite: false,
      uniforms: {
        ...this.#shared,
        columns: { value: columns },
        pixels: { value: side },
        page: { value: page.texture },
      },
    });
    const mesh = new Mesh(new InstancedBufferGeometry(), material);
    this.#meshes.set(key, mesh);
    this.#stage.add(mesh);
    return mesh;
  }

  #fill(mesh: Mesh<InstancedBufferGeometry, RawShaderMaterial>, { level, ids }: Batch, look: Look): void {
    const geometry = this.#geometryFor(mesh, ids.length);
    const place = geometry.getAttribute("place");
    const cell = geometry.getAttribute("cell");
    const tint = geometry.getAttribute("tint");
    ids.forEach((id, i) => {
      place.setXY(i, look.x[id], look.y[id]);
      cell.array[i] = this.atlas.cell(id, level).cell;
      tint.array[4 * i] = look.tints[3 * id];
      tint.array[4 * i + 1] = look.tints[3 * id + 1];
      tint.array[4 * i + 2] = look.tints[3 * id + 2];
      tint.array[4 * i + 3] = look.isLit(id) ? 255 : dimmed;
    });
    for (const attribute of [place, cell, tint]) attribute.needsUpdate = true;
    geometry.instanceCount = ids.length;
  }

  /** The mesh's geometry if it has room for so many, else a new one with room to spare. */
  #geometryFor(
    mesh: Mesh<InstancedBufferGeometry, RawShaderMaterial>,
    count: number,
  ): InstancedBufferGeometry {
    const old = mesh.geometry;
    if (old.index && old.getAttribute("place").count >= count) return old;
    old.dispose();
    const room = 2 ** Math.ceil(Math.log2(count + 8));
    const geometry = new InstancedBufferGeometry();
    geometry.setIndex(quadIndex.clone());
    geometry.setAttribute("position", quad.clone());
    geometry.setAttribute("place", new InstancedBufferAttribute(new Float32Array(2 * room), 2));
    geometry.setAttribute("cell", new InstancedBufferAttribute(new Float32Array(room), 1));
    geometry.setAttribute("tint", new InstancedBufferAttribute(new Uint8Array(4 * room), 4, true));
    mesh.geometry = geometry;
    return geometry;
  }

  #forget(key: string): void {
    const mesh = this.#meshes.get(key);
    if (!mesh) return;
    this.#meshes.delete(key);
    this.#stage.remove(mesh);
    mesh.geometry.dispose();
    mesh.material.dispose();
  }
}
