/** Keeps what was used last within a budget of bytes; what is dropped is told first. */
export class Lru<K, V> {
  readonly #entries = new Map<K, { value: V; bytes: number }>();
  readonly #budget: number;
  readonly #drop: (value: V, key: K) => void;
  #bytes = 0;

  constructor(budget: number, drop: (value: V, key: K) => void) {
    this.#budget = budget;
    this.#drop = drop;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The entry, which counts as used now. */
  get(key: K): V | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Adds an entry and drops the least recently used ones, but never the new one itself. */
  add(key: K, value: V, bytes: number): void {
    this.#remove(key);
    this.#entries.set(key, { value, bytes });
    this.#bytes += bytes;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= this.#budget || oldest === key) break;
      this.#remove(oldest);
    }
  }

  /** Drops all entries. */
  clear(): void {
    for (const key of [...this.#entries.keys()]) this.#remove(key);
  }

  #remove(key: K): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
    this.#drop(entry.value, key);
  }
}
