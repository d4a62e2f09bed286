import { parseMap, parsePoints, parseTexts } from "./columns.ts";
import { drawCurve, tellTime } from "./curve.ts";
import { find, make, makeButton, sentence, tellImages, tellNumber } from "./elements.ts";
import type { Explorer } from "./explorer.ts";
import { panelHead } from "./panel.ts";
import { NoAnswer } from "./served.ts";
import type { Loss, Progress } from "./source.ts";
import { tellEnd, tellState } from "./training.ts";

const pollEvery = 1000;
const width = 300;
const height = 84;

function svg(tag: string, attributes: Record<string, string>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}

function drawLosses(losses: Loss[]): SVGElement {
  const { path, stages } = drawCurve(losses, width, height);
  const drawing = svg("svg", {
    class: "curve",
    viewBox: `-2 -3 ${width + 4} ${height + 6}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": "The loss so far",
  });
  for (const x of stages) drawing.append(svg("path", { class: "stage", d: `M${x} 0V${height}` }));
  drawing.append(svg("path", { class: "loss", d: path, "vector-effect": "non-scaling-stroke" }));
  return drawing;
}

function tellEpoch({ stage, stages, epoch, epochs, secondsLeft }: Progress): HTMLElement[] {
  const bar = make("i");
  bar.style.width = `${epochs > 0 ? Math.min((100 * epoch) / epochs, 100) : 0}%`;
  const where = stages > 1 ? `Stage ${stage} of ${stages}, ` : "";
  const left = secondsLeft !== null && Number.isFinite(secondsLeft) ? `${tellTime(secondsLeft)} left` : "";
  const done = make(
    "span",
    {},
    `${where}epoch ${tellNumber(Math.min(epoch, epochs))} of ${tellNumber(epochs)}`,
  );
  return [
    make("div", { class: "bar" }, bar),
    make("div", { class: "row quiet" }, done, make("span", {}, left)),
  ];
}

/** A run that is still being learned: its loss, its time left, points that move as it learns; then its map. */
export class TrainingPanel {
  readonly #explorer: Explorer;
  readonly #panel = find("training");
  readonly #told = make("div");
  readonly #stop: HTMLButtonElement;
  #last: Progress | null = null;
  #version = -1;
  #isOver = false;

  constructor(explorer: Explorer) {
    this.#explorer = explorer;
    const title = "Ends the learning now, with a map of what is learned so far";
    this.#stop = makeButton("Stop here", { title }, () => void this.#stopHere());
    const body = make("div", { class: "panel-body" }, this.#told, make("div", { class: "buttons" }, this.#stop));
    this.#panel.append(panelHead(this.#panel, "Learning the map"), body);
    if (explorer.source.server && explorer.source.config.watching) void this.#poll();
  }

  async #stopHere(): Promise<void> {
    this.#stop.disabled = true;
    try {
      await this.#explorer.source.server!.stop();
    } catch (error) {
      this.#stop.disabled = false;
      this.#explorer.state.message.value = sentence(error);
    }
  }

  async #poll(): Promise<void> {
    try {
      await this.#follow(await this.#explorer.source.server!.progress());
    } catch (error) {
      if (error instanceof NoAnswer && this.#last) this.#show(this.#last, this.#endOf(this.#last));
      else this.#explorer.state.message.value = sentence(error);
    }
    const goesOn = this.#explorer.source.config.watching && !this.#isOver;
    if (goesOn) setTimeout(() => void this.#poll(), pollEvery);
  }

  async #follow(progress: Progress): Promise<void> {
    this.#last = progress;
    const told = tellState(progress);
    this.#show(progress, told === null ? tellEpoch(progress) : [make("div", {}, told)]);
    this.#stop.hidden = progress.state !== "learning" || progress.stage === 0;
    this.#isOver = progress.state === "failed";
    if (progress.state === "ready") return this.#openFinished();
    if (progress.version > Math.max(this.#version, 0)) {
      const points = await this.#explorer.source.server!.points();
      this.#explorer.move(parsePoints(points, this.#explorer.map.count));
    }
    this.#version = progress.version;
  }

  /** The finished map takes the place of the one that was watched. */
  async #openFinished(): Promise<void> {
    const source = await this.#explorer.source.server!.now();
    const map = parseMap(await source.map());
    this.#explorer.open(source, map, parseTexts(await source.texts(), map.count));
    this.#panel.hidden = true;
    this.#explorer.state.message.value = `The map of ${tellImages(map.count)} is finished.`;
  }

  #endOf(progress: Progress): HTMLElement[] {
    this.#stop.hidden = true;
    return [make("div", {}, tellEnd(progress)), make("code", {}, progress.resume)];
  }

  /** The losses, and under them what is to be said. */
  #show({ losses }: Progress, said: HTMLElement[]): void {
    const last = losses[losses.length - 1];
    const parts: Node[] = [];
    if (losses.length > 1) parts.push(drawLosses(losses));
    if (last) {
      const numbers = `loss ${tellNumber(last.loss)}, attraction ${tellNumber(last.attraction)}, repulsion ${tellNumber(last.repulsion)}`;
      parts.push(make("div", { class: "quiet" }, numbers));
    }
    this.#panel.hidden = false;
    this.#told.replaceChildren(...parts, ...said);
  }
}
