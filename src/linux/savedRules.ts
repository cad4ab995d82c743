import { realpathSync } from 'node:fs';
import { run } from './process.ts';
import { findProgram } from './programs.ts';
import { ruleState } from './ruleState.ts';

/** Whether a program keeps its rules in nf_tables, which counts its changes; legacy iptables does not. */
function isCounted(program: string): boolean {
  const file = findProgram(program);
  return file !== undefined && realpathSync(file).endsWith('xtables-nft-multi');
}

/**
 * The packet filters of a namespace as a program that saves them prints them. The program runs again only when nf_tables
 * says that a rule, of whomever, has changed since: what is returned is what the kernel holds now.
 */
export class SavedRules<T> {
  readonly #program: string;
  readonly #netns: string | undefined;
  readonly #read: (text: string) => T;
  #known: { readonly state: string; readonly rules: T } | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(program: string, netns: string | undefined, read: (text: string) => T) {
    this.#program = program;
    this.#netns = netns;
    this.#read = read;
  }

  /** Rejects as `run` does. */
  current(): Promise<T> {
    const reading = this.#reading.then(() => this.#look());
    this.#reading = reading.catch(() => {});
    return reading;
  }

  async #look(): Promise<T> {
    const before = isCounted(this.#program) ? await ruleState(this.#netns) : undefined;
    if (before !== undefined && this.#known?.state === before) return this.#known.rules;
    const { stdout } = await run([this.#program], { netns: this.#netns });
    const rules = this.#read(stdout);
    const still = before !== undefined && before === (await ruleState(this.#netns));
    this.#known = still ? { state: before, rules } : undefined;
    return rules;
  }
}
