/** Remembers the last message ids of one consumer: a message the broker delivered twice runs once. */
export class Duplicates {
  readonly #seen: string[] = [];
  readonly #size: number;

  constructor(size = 16) {
    this.#size = size;
  }

  /** True when this id was among the last ones; remembers it otherwise. A message without an id is never one. */
  isRepeated(uniqueId: string | undefined): boolean {
    if (uniqueId === undefined) return false;
    if (this.#seen.includes(uniqueId)) return true;
    this.#seen.push(uniqueId);
    if (this.#seen.length > this.#size) this.#seen.shift();
    return false;
  }
}
