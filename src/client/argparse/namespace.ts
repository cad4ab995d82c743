import { type Dict, isDict, type Json } from '../python/value.ts';

/** The values that a command line gave, by destination. */
export class Namespace {
  readonly #values = new Map<string, Json>();

  has(name: string): boolean {
    return this.#values.has(name);
  }

  set(name: string, value: Json): void {
    this.#values.set(name, value);
  }

  get(name: string): Json | undefined {
    return this.#values.get(name);
  }

  /** The text given, undefined when absent or empty. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  }

  number(name: string): number | undefined {
    const value = this.#values.get(name);
    return typeof value === 'number' ? value : undefined;
  }

  /** Every text that a repeatable argument was given. */
  texts(name: string): string[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  }

  /** Every `key=value` group that a repeatable argument was given. */
  dicts(name: string): Dict[] {
    const value = this.#values.get(name);
    return Array.isArray(value) ? value.filter(isDict) : [];
  }

  flag(name: string): boolean {
    return this.#values.get(name) === true;
  }

  /** Those of the named values that were given, as a request body takes them. */
  pick(...names: string[]): Dict {
    const result: Dict = {};
    for (const name of names) {
      const value = this.#values.get(name);
      if (value !== undefined && value !== null) result[name] = value;
    }
    return result;
  }

  /** As `pick`, without empty texts and lists. */
  given(...names: string[]): Dict {
    const isEmpty = (value: Json): boolean => value === '' || (Array.isArray(value) && value.length === 0);
    return Object.fromEntries(Object.entries(this.pick(...names)).filter(([, value]) => !isEmpty(value)));
  }
}
