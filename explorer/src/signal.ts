/** A value that tells those who listen when it has changed. */
export class Signal<T> {
  #value: T;
  readonly #listeners: ((value: T) => void)[] = [];

  constructor(value: T) {
    this.#value = value;
  }

  get value(): T {
    return this.#value;
  }

  set value(value: T) {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const listen of this.#listeners) listen(value);
  }

  /** Calls from each change on. */
  listen(listen: (value: T) => void): void {
    this.#listeners.push(listen);
  }

  /** Calls now and from each change on. */
  follow(listen: (value: T) => void): void {
    this.listen(listen);
    listen(this.#value);
  }
}
