import { Camera, ColorManagement, Scene, WebGLRenderer, type Object3D } from "three";
import { View } from "./view.ts";

// Colours are bytes of the screen throughout and go through the shaders as they are.
ColorManagement.enabled = false;

const sharpest = 2;
/** Milliseconds between looks at the size of the screen's pixels. */
const lookEvery = 1000;

/** The canvas, what is drawn on it, and when: only after something has changed. */
export class Stage {
  readonly canvas: HTMLCanvasElement;
  readonly view = new View();
  /** Called before each frame; says whether another one is to follow at once. */
  beforeFrame: (now: number) => boolean = () => false;
  /** Called after the window's size has changed. */
  onResize: () => void = () => undefined;
  /** Called after the screen's pixels have become larger or smaller, as on another screen. */
  onPixelRatio: () => void = () => undefined;
  frames = 0;
  /** Milliseconds from asking for the last frame to drawing it. */
  delay = 0;
  #asked = 0;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera = new Camera();
  #waiting = false;
  #ground = 0;

  /** Throws where WebGL2 is missing. */
  constructor(canvas: HTMLCanvasElement) {
    this.canvas = canvas;
    const context = canvas.getContext("webgl2", {
      alpha: false,
      antialias: false,
      depth: false,
      stencil: false,
    });
    if (!context) throw new Error("This browser cannot draw the map: WebGL2 is missing or switched off.");
    this.#renderer = new WebGLRenderer({ canvas, context, depth: false, stencil: false });
    this.#renderer.sortObjects = false;
    // After sleep, or where there were too many pages, the context comes back without its colour.
    canvas.addEventListener("webglcontextrestored", () => this.paintBackground(this.#ground));
    this.#followPixelRatio();
    new ResizeObserver(() => this.#resize()).observe(canvas);
    this.#resize();
  }

  get pixelRatio(): number {
    return this.#renderer.getPixelRatio();
  }

  /** Adds what is drawn over everything that was added before. */
  add(object: Object3D): void {
    object.frustumCulled = false;
    this.#scene.add(object);
  }

  remove(object: Object3D): void {
    this.#scene.remove(object);
  }

  paintBackground(colour: number): void {
    this.#ground = colour;
    this.#renderer.setClearColor(colour);
    this.invalidate();
  }

  /** Asks for a frame. */
  invalidate(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    this.#asked = performance.now();
    requestAnimationFrame((now) => this.#draw(now));
  }

  #draw(now: number): void {
    if (this.#waiting) this.delay = performance.now() - this.#asked;
    this.#waiting = false;
    const goesOn = this.beforeFrame(now);
    this.#renderer.render(this.#scene, this.#camera);
    ++this.frames;
    if (goesOn) this.invalidate();
  }

  /** The size stays where only the ratio changes, and browsers do not tell of every change of that. */
  #followPixelRatio(): void {
    let last = devicePixelRatio;
    const look = () => {
      if (devicePixelRatio === last) return;
      last = devicePixelRatio;
      matchMedia(`(resolution: ${last}dppx)`).addEventListener("change", look, { once: true });
      this.#resize();
      this.onPixelRatio();
    };
    matchMedia(`(resolution: ${last}dppx)`).addEventListener("change", look, { once: true });
    setInterval(look, lookEvery);
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    this.view.width = Math.max(clientWidth, 1);
    this.view.height = Math.max(clientHeight, 1);
    this.#renderer.setPixelRatio(Math.min(devicePixelRatio, sharpest));
    this.#renderer.setSize(this.view.width, this.view.height, false);
    this.onResize();
    // At once, for a canvas of a new size is empty.
    if (this.frames > 0) this.#draw(performance.now());
    else this.invalidate();
  }
}
