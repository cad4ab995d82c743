/** What names in a line stand for, where it is carried out. */
export interface Names {
  /** The index of a device. Throws DeviceMissing. */
  indexOf(device: string): number;
  /** An open file of a named network namespace. Throws NamespaceMissing. */
  namespace(name: string): number;
}

/** The words of a line, one after the other; quotes hold several together. */
export class Words {
  readonly #line: string;
  readonly #words: readonly string[];
  #at = 0;

  constructor(line: string) {
    this.#line = line;
    this.#words = [...line.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
  }

  /** The next word, which stays. */
  peek(): string | undefined {
    return this.#words[this.#at];
  }

  /** The next word; undefined at the end. */
  take(): string | undefined {
    const word = this.#words[this.#at];
    this.#at += 1;
    return word;
  }

  /** The next word, which must be there. */
  need(): string {
    const word = this.take();
    if (word === undefined) throw new Error(`A word is missing at the end of "${this.#line}"`);
    return word;
  }

  needNumber(): number {
    const word = this.need();
    const number = Number(word);
    if (!Number.isInteger(number) || number < 0) throw this.unknown(word);
    return number;
  }

  /** That a word means nothing here. */
  unknown(word = '(the end)'): Error {
    return new Error(`"${word}" of "${this.#line}" is no word that this is written for`);
  }
}
