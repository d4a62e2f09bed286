/** The images that were pinned one after the other. */
export class Walk {
  readonly #visited: number[] = [];

  get isAtStart(): boolean {
    return this.#visited.length < 2;
  }

  visit(id: number): void {
    if (this.#visited[this.#visited.length - 1] !== id) this.#visited.push(id);
  }

  /** Leaves the last image for the one before it. */
  back(): number | null {
    if (this.isAtStart) return null;
    this.#visited.pop();
    return this.#visited[this.#visited.length - 1];
  }

  hasVisited(id: number): boolean {
    return this.#visited.includes(id);
  }

  clear(): void {
    this.#visited.length = 0;
  }
}
