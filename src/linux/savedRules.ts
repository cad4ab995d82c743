import { run } from './process.ts';
import { fileOfProgram } from './programs.ts';
import { hasNoTables, isAfter, type RuleState, ruleState } from './ruleState.ts';

/** Whether a program keeps its rules in nf_tables, which counts its changes; legacy iptables does not. */
const isCounted = (program: string): boolean =>
  fileOfProgram(program)?.endsWith('/xtables-nft-multi') === true;

/** What is known to hold in a state; `ahead`: transactions of ours that are in it and not yet in the state. */
interface Known<T> {
  readonly state: RuleState;
  readonly rules: T;
  readonly ahead: number;
}

/**
 * The packet filters of a namespace as a program that saves them prints them. The program runs again only when nf_tables
 * says that a rule has changed since which this process did not change: what is returned is what the kernel holds now.
 */
export class SavedRules<T> {
  readonly #program: string;
  readonly #netns: string | undefined;
  readonly #read: (text: string) => T;
  #known: Known<T> | undefined;
  #reading: Promise<unknown> = Promise.resolve();

  constructor(program: string, netns: string | undefined, read: (text: string) => T) {
    this.#program = program;
    this.#netns = netns;
    this.#read = read;
  }

  /** Rejects as `run` does. */
  current(): Promise<T> {
    return this.#inTurn((state) => {
      const known = this.#known;
      return known && state && isAfter(known.state, 0, state) ? known.rules : this.#look(state);
    });
  }

  /** Has the program print them in any case: as it words them. */
  reread(): Promise<T> {
    return this.#inTurn((state) => this.#look(state));
  }

  /**
   * So many transactions made them these of those that `current` gave, if nobody else changed any meanwhile: `settle`, which is to
   * follow, finds out. Whoever looked in between may have seen others.
   */
  wrote(transactions: number, from: T, rules: T): void {
    const known = this.#known;
    this.#known = known?.rules === from ? { ...known, rules, ahead: known.ahead + transactions } : undefined;
  }

  /** What programs of one namespace wrote is known to be what it holds, unless somebody else changed a rule, too. */
  static async settle(all: readonly SavedRules<unknown>[]): Promise<void> {
    const transactions = all.reduce((sum, one) => sum + (one.#known?.ahead ?? 0), 0);
    const [first] = all;
    if (!first || transactions === 0) return;
    const now = await ruleState(first.#netns);
    for (const one of all) {
      const known = one.#known;
      one.#known =
        known && now && isAfter(known.state, transactions, now)
          ? { state: now, rules: known.rules, ahead: 0 }
          : undefined;
    }
  }

  #inTurn(work: (state: RuleState | undefined) => T | Promise<T>): Promise<T> {
    const reading = this.#reading.then(async () =>
      work(isCounted(this.#program) ? await ruleState(this.#netns) : undefined),
    );
    this.#reading = reading.catch(() => {});
    return reading;
  }

  async #look(before: RuleState | undefined): Promise<T> {
    const empty = before !== undefined && (await hasNoTables(this.#netns));
    const rules = this.#read(empty ? '' : (await run([this.#program], { netns: this.#netns })).stdout);
    const after = before && (await ruleState(this.#netns));
    this.#known =
      before && after && isAfter(before, 0, after) ? { state: before, rules, ahead: 0 } : undefined;
    return rules;
  }
}
