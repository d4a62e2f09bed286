import { find, tell } from "./elements.ts";
import type { ArrivalSheet, Source } from "./source.ts";

const pollEvery = 400;
/** Thumbnails in a row of a sheet, and rows. */
const sheetColumns = 8;
const onSheet = sheetColumns ** 2;
/** Of a thumbnail on the page, in its pixels. */
const side = 64;

/** The images fill the window as they come, from its upper left corner on. */
class Grid {
  readonly #canvas = find<HTMLCanvasElement>("arrivals");
  readonly #context = this.#canvas.getContext("2d")!;
  readonly #columns: number;
  readonly #room: number;

  constructor() {
    this.#canvas.hidden = false;
    const { clientWidth, clientHeight } = this.#canvas;
    this.#canvas.width = clientWidth * devicePixelRatio;
    this.#canvas.height = clientHeight * devicePixelRatio;
    this.#context.scale(devicePixelRatio, devicePixelRatio);
    this.#columns = Math.ceil(clientWidth / side);
    this.#room = this.#columns * Math.ceil(clientHeight / side);
  }

  hasRoomFor(sheet: number): boolean {
    return sheet * onSheet < this.#room;
  }

  async draw(sheet: number, { picture, count }: ArrivalSheet): Promise<void> {
    const all = await createImageBitmap(picture);
    const from = all.width / sheetColumns;
    for (let i = 0; i < count; ++i) {
      const place = sheet * onSheet + i;
      const [x, y] = [(place % this.#columns) * side, Math.floor(place / this.#columns) * side];
      const [column, row] = [i % sheetColumns, Math.floor(i / sheetColumns)];
      this.#context.drawImage(all, column * from, row * from, from, from, x, y, side - 1, side - 1);
    }
    all.close();
  }

  free(): void {
    this.#canvas.remove();
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, pollEvery));
}

/** Shows the images while they are decoded; gives the source of the map when each has a place. */
export async function awaitMap(source: Source): Promise<Source> {
  const server = source.server!;
  const [grid, words] = [new Grid(), find("loading")];
  words.classList.add("card");
  words.textContent = "Looking for the images …";
  for (let sheet = 0; ; await pause()) {
    const { state, words: why, done, total } = await server.progress();
    if (state === "failed") throw new Error(`There will be no map: ${why}`);
    if (state !== "decoding") break;
    if (total > 0) words.textContent = `Decoding ${tell(done)} of ${tell(total)} images …`;
    while (grid.hasRoomFor(sheet)) {
      const come = await server.arrivals(sheet);
      if (come) await grid.draw(sheet, come);
      if (come?.count !== onSheet) break;
      ++sheet;
    }
  }
  grid.free();
  words.classList.remove("card");
  return server.now();
}
