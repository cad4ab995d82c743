/** Remembers the last message ids of one consumer: a message that is delivered twice runs once. */
export class Duplicates {
  readonly #seen = new Set<string>();
  readonly #size: number;

  constructor(size: number) {
    this.#size = size;
  }

  /** True when this id was among the last ones; remembers it otherwise. A message without an id is never one. */
  isRepeated(uniqueId: string | undefined): boolean {
    if (uniqueId === undefined) return false;
    if (this.#seen.has(uniqueId)) return true;
    this.#seen.add(uniqueId);
    if (this.#seen.size > this.#size) this.#seen.delete(this.#seen.values().next().value!);
    return false;
  }
}
