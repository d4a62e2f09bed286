import {
  BufferAttribute,
  BufferGeometry,
  DynamicDrawUsage,
  GLSL3,
  Points as Dots,
  RawShaderMaterial,
  Vector2,
} from "three";
import type { PointStyle } from "./point_style.ts";
import type { Stage } from "./stage.ts";

const vertexShader = `
precision highp float;
in vec2 position;
in vec2 destination;
in vec4 tint;
uniform vec2 centre;
uniform vec2 scale;
uniform float moved;
uniform float diameter;
out vec3 colour;
void main() {
  gl_Position = vec4((mix(position, destination, moved) - centre) * scale, 0.0, 1.0);
  gl_PointSize = max(diameter, 1.0) + (diameter > 2.0 ? 1.0 : 0.0);
  colour = tint.rgb;
}`;

// A dot's edge is one pixel soft. Dots smaller than a pixel are paler instead.
const fragmentShader = `
precision highp float;
in vec3 colour;
uniform float diameter;
uniform float opacity;
out vec4 pixel;
void main() {
  float cover = min(diameter * diameter, 1.0);
  if (diameter > 2.0) {
    float away = length(gl_PointCoord - 0.5) * (diameter + 1.0);
    cover = clamp(0.5 * diameter + 0.5 - away, 0.0, 1.0);
    if (cover == 0.0) discard;
  }
  pixel = vec4(colour, opacity * cover);
}`;

/** What remains of a point's opacity while others are highlighted. */
const dimmed = 0.14;

/**
 * All points, in one draw call and in a random order, so that no class hides another; and once
 * more, on top, those that are highlighted.
 */
export class Points {
  readonly #stage: Stage;
  readonly #order: Uint32Array;
  readonly #rank: Uint32Array;
  readonly #position: BufferAttribute;
  readonly #destination: BufferAttribute;
  readonly #tint: BufferAttribute;
  readonly #litIndex: BufferAttribute;
  readonly #geometry = new BufferGeometry();
  readonly #litGeometry = new BufferGeometry();
  readonly #allDots: Dots<BufferGeometry, RawShaderMaterial>;
  readonly #litDots: Dots<BufferGeometry, RawShaderMaterial>;
  readonly #allOpacity = { value: 1 };
  readonly #litOpacity = { value: 1 };
  readonly #shared = {
    centre: { value: new Vector2() },
    scale: { value: new Vector2() },
    moved: { value: 1 },
    diameter: { value: 1 },
  };
  #moveStart = 0;
  #moveTime = 0;

  /** `order` lists the images in the order in which they are drawn, `rank` their places in it. */
  constructor(stage: Stage, order: Uint32Array, rank: Uint32Array) {
    this.#stage = stage;
    this.#order = order;
    this.#rank = rank;
    this.#position = new BufferAttribute(new Float32Array(2 * order.length), 2);
    this.#destination = new BufferAttribute(new Float32Array(2 * order.length), 2);
    this.#tint = new BufferAttribute(new Uint8Array(4 * order.length), 4, true);
    this.#litIndex = new BufferAttribute(new Uint32Array(order.length), 1);
    for (const attribute of [this.#position, this.#destination, this.#tint, this.#litIndex]) {
      attribute.setUsage(DynamicDrawUsage);
    }
    this.#allDots = this.#dots(this.#geometry, this.#allOpacity);
    stage.add(this.#allDots);
    this.#litDots = this.#dots(this.#litGeometry, this.#litOpacity);
    this.#litGeometry.setIndex(this.#litIndex);
    this.#litDots.visible = false;
    stage.add(this.#litDots);
  }

  #dots(geometry: BufferGeometry, opacity: { value: number }): Dots<BufferGeometry, RawShaderMaterial> {
    geometry.setAttribute("position", this.#position);
    geometry.setAttribute("destination", this.#destination);
    geometry.setAttribute("tint", this.#tint);
    const material = new RawShaderMaterial({
      glslVersion: GLSL3,
      vertexShader,
      fragmentShader,
      transparent: true,
      depthTest: false,
      depthWrite: false,
      uniforms: { ...this.#shared, opacity },
    });
    return new Dots(geometry, material);
  }

  /** Takes the points off the stage. */
  free(): void {
    for (const dots of [this.#allDots, this.#litDots]) {
      this.#stage.remove(dots);
      dots.geometry.dispose();
      dots.material.dispose();
    }
  }

  /** Puts the points at these places, at once or within `milliseconds`. */
  moveTo(x: Float32Array, y: Float32Array, milliseconds = 0): void {
    const from = this.#position.array as Float32Array;
    const to = this.#destination.array as Float32Array;
    const moved = this.#shared.moved.value;
    for (let i = 0; i < this.#order.length; ++i) {
      const id = this.#order[i];
      from[2 * i] += (to[2 * i] - from[2 * i]) * moved;
      from[2 * i + 1] += (to[2 * i + 1] - from[2 * i + 1]) * moved;
      to[2 * i] = x[id];
      to[2 * i + 1] = y[id];
    }
    this.#position.needsUpdate = this.#destination.needsUpdate = true;
    this.#moveStart = performance.now();
    this.#moveTime = milliseconds;
    this.#shared.moved.value = milliseconds > 0 ? 0 : 1;
    this.#stage.invalidate();
  }

  /** Colours all points; three bytes an image. */
  colour(tints: Uint8Array): void {
    const bytes = this.#tint.array as Uint8Array;
    for (let i = 0; i < this.#order.length; ++i) {
      const id = this.#order[i];
      bytes[4 * i] = tints[3 * id];
      bytes[4 * i + 1] = tints[3 * id + 1];
      bytes[4 * i + 2] = tints[3 * id + 2];
    }
    this.#tint.needsUpdate = true;
    this.#stage.invalidate();
  }

  /** Draws these images on top and all others paler; null draws all alike. */
  highlight(ids: Uint32Array | null): void {
    this.#litDots.visible = ids !== null;
    if (ids) {
      const index = this.#litIndex.array as Uint32Array;
      for (let i = 0; i < ids.length; ++i) index[i] = this.#rank[ids[i]];
      index.subarray(0, ids.length).sort();
      this.#litIndex.clearUpdateRanges();
      this.#litIndex.addUpdateRange(0, ids.length);
      this.#litIndex.needsUpdate = true;
      this.#litGeometry.setDrawRange(0, ids.length);
    }
    this.#stage.invalidate();
  }

  /** Makes the next frame fit the view, with so many points; says whether points are still on their way. */
  prepareFrame(style: PointStyle, count: number, now: number): boolean {
    this.#geometry.setDrawRange(0, count);
    const { view, pixelRatio } = this.#stage;
    this.#shared.centre.value.set(view.x, view.y);
    this.#shared.scale.value.set((2 * view.scale) / view.width, (2 * view.scale) / view.height);
    this.#shared.diameter.value = style.diameter * pixelRatio;
    this.#allOpacity.value = style.opacity * (this.#litDots.visible ? dimmed : 1);
    this.#litOpacity.value = Math.min(style.opacity * 1.3, 1);
    const moved = this.#shared.moved;
    if (moved.value < 1) {
      const share = Math.min(Math.max((now - this.#moveStart) / this.#moveTime, 0), 1);
      moved.value = share * share * (3 - 2 * share);
    }
    return moved.value < 1;
  }
}
