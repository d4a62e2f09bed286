/** The element of the page's markup with this id. */
export function find<T extends Element = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`The page's markup has no element ${id}.`);
  return element as unknown as T;
}

/** A new element; attributes are set as they stand, texts become text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

export function makeButton(
  text: string,
  attributes: Record<string, string>,
  act: () => void,
): HTMLButtonElement {
  const button = make("button", { type: "button", ...attributes }, text);
  button.addEventListener("click", act);
  return button;
}

const whole = new Intl.NumberFormat("en");

/** A count with its thousands set apart. */
export function tell(count: number): string {
  return whole.format(count);
}

/** "1 image", "2,000 images". */
export function tellImages(count: number): string {
  return `${tell(count)} ${count === 1 ? "image" : "images"}`;
}

/** A number in as many digits as it is worth. */
export function tellNumber(value: number): string {
  if (Number.isNaN(value)) return "none";
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value);
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-3 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

/** A place on a scale of this length, down to a thousandth of it. */
export function tellPlace(value: number, length: number): string {
  const places = length > 0 ? Math.ceil(3 - Math.log10(length)) : 6;
  return String(Number(value.toFixed(Math.min(Math.max(places, 0), 20))));
}

const day = 86400;

/** A time in seconds since 1970 on a scale of this length: the day, and the hour where that matters. */
export function tellDate(seconds: number, length: number): string {
  const date = new Date(1000 * seconds);
  if (Number.isNaN(date.getTime())) return "none";
  const text = date.toISOString();
  const hour = length < 3 * day ? ` ${text.slice(11, 16)}` : "";
  return text.slice(0, text.indexOf("T")) + hour;
}

/** The last part of a path. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

export function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
