import type { Atlas } from "./atlas.ts";
import type { Cluster } from "./clusters.ts";
import { find, make, tell } from "./elements.ts";
import { placeNames } from "./name_places.ts";
import { css, type Rgb } from "./palette.ts";
import type { View } from "./view.ts";

interface Anchor {
  element: HTMLElement;
  x: number;
  y: number;
  size: number;
  width: number;
  height: number;
  /** The image whose thumbnail it shows. */
  exemplar: number | null;
  /** Where it stands on the screen, its middle, while it is shown. */
  shown: { x: number; y: number } | null;
}

const mostNames = 300;
const exemplarSide = 44;
/** A class is named at further places, too, if they have this share of its points. */
const secondShare = 0.25;

/** Names of clusters at their densest places; the names of small ones appear on zooming in. */
export class NamesOnMap {
  readonly #room = find("names");
  #anchors: Anchor[] = [];

  /** Names classes where most of their images are. */
  showClasses(classes: { name: string; colour: Rgb; places: Cluster[] }[]): void {
    const names = classes.flatMap(({ name, colour, places }) => {
      const total = places.reduce((sum, { size }) => sum + size, 0);
      return places
        .filter(({ size }, rank) => rank === 0 || size >= secondShare * total)
        .map((place) => {
          const dot = make("i");
          dot.style.background = css(colour);
          return { ...place, element: make("span", { class: "name" }, dot, name), exemplar: null };
        });
    });
    this.#replace(names);
  }

  /** Names clusters by a typical image and their number of images. */
  showExemplars(clusters: Cluster[], atlas: Atlas | null): void {
    const names = clusters.map((cluster) => {
      const element = make("span", { class: "name exemplar" });
      if (atlas) {
        const canvas = make("canvas");
        void atlas.paint(canvas, cluster.exemplar, exemplarSide).catch(() => canvas.remove());
        element.append(canvas);
      }
      element.append(tell(cluster.size));
      return { ...cluster, element, exemplar: cluster.exemplar };
    });
    this.#replace(names);
  }

  clear(): void {
    this.#replace([]);
  }

  #replace(
    names: { element: HTMLElement; x: number; y: number; size: number; exemplar: number | null }[],
  ): void {
    const largest = names.sort((a, b) => b.size - a.size).slice(0, mostNames);
    this.#room.replaceChildren(...largest.map(({ element }) => element));
    this.#anchors = largest.map((name) => {
      const { offsetWidth, offsetHeight } = name.element;
      return { ...name, width: offsetWidth + 8, height: offsetHeight + 4, shown: null };
    });
  }

  /** Puts the names where the view has their places; among images no typical ones are needed. */
  arrange(view: View, areImagesShown: boolean): void {
    this.#room.classList.toggle("among-images", areImagesShown);
    const names = this.#anchors.map(({ x, y, width, height, size }) => {
      const [screenX, screenY] = view.toScreen(x, y);
      return { x: screenX, y: screenY, width, height, size };
    });
    const shown = placeNames(names, view.width, view.height);
    this.#anchors.forEach((anchor, index) => {
      const { element, width, height, exemplar } = anchor;
      const { x, y } = names[index];
      anchor.shown = shown[index] && !(areImagesShown && exemplar !== null) ? { x, y } : null;
      element.classList.toggle("shown", shown[index]);
      element.style.transform = `translate(${Math.round(x - width / 2 + 4)}px, ${Math.round(y - height / 2 + 2)}px)`;
    });
  }

  /** The typical image whose thumbnail is at a place of the screen. */
  exemplarAt(screenX: number, screenY: number): number | null {
    const hit = this.#anchors.find(({ shown, width, height }) => {
      if (!shown) return false;
      return Math.abs(shown.x - screenX) <= width / 2 && Math.abs(shown.y - screenY) <= height / 2;
    });
    return hit?.exemplar ?? null;
  }
}
