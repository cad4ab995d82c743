import type { Difference } from '../difference.ts';
import { CommandFailed, run } from '../process.ts';
import { restorerOf } from '../restorer.ts';
import { SavedRules } from '../savedRules.ts';
import { applied } from './applied.ts';
import { compareTable, planTable, type Renderings } from './plan.ts';
import {
  type ObservedTable,
  type ObservedTables,
  readSave,
  type Table,
  type TableName,
  type Tables,
} from './rules.ts';
import { learnWording, RULE_LINE, wordedAlike } from './wording.ts';

export interface ManagerOptions {
  /** The agent's wrap name, see layout.ts: chains that start with it are ours. */
  readonly wrap: string;
  readonly family: 4 | 6;
  readonly netns?: string | undefined;
  /**
   * Rules that may be left out when this host's iptables refuses them, so that one rule with a match that is missing
   * here does not hold up all others. `refused` is told once for each.
   */
  readonly optional?: {
    mayOmit(chain: string, rule: string): boolean;
    refused(chain: string, rule: string, reason: string): void;
  };
}

/** Seconds to wait for the lock that legacy iptables tools share. */
const LOCK_SECONDS = '10';

/** What one `write` wrote. */
interface Written {
  readonly wanted: Tables;
  readonly changed: readonly TableName[];
  readonly lines: readonly string[];
}

/**
 * Brings tables of one family in one namespace to a desired state: reads, writes only chains that differ, one
 * transaction per table. Rules that an earlier process or Python Neutron made are adopted when they are equal.
 */
export class IptablesManager {
  readonly #options: ManagerOptions;
  /** chain → [what we wrote, how iptables-save shows it]: some versions word a rule otherwise than it was given. */
  readonly #renderings = new Map<string, readonly [string, readonly string[]]>();
  readonly #refused = new Set<string>();
  /** For `SavedRules.settle`, after `write`. */
  readonly saved: SavedRules<ObservedTables>;
  /** What was written and not read back yet. */
  #written: Written | undefined;
  /** Reading it back: nobody waits for it but the next look. */
  #reading: Promise<void> = Promise.resolve();

  constructor(options: ManagerOptions) {
    this.#options = options;
    this.saved = new SavedRules(this.#program('save'), options.netns, readSave);
  }

  /** What is there now: for `write`, by one who writes something else in between. Only reads. */
  async observe(): Promise<ObservedTables> {
    this.readBack();
    await this.#reading;
    return this.saved.current();
  }

  /**
   * Returns the tables it changed; `readBack` is to follow when whatever else there is to write is written, too. Rejects with
   * CommandFailed; a table that failed is unchanged.
   */
  async write(wanted: Tables, observed?: ObservedTables): Promise<readonly TableName[]> {
    const now = observed ?? (await this.observe());
    const lines = (await this.#applyAtOnce(wanted, now)) ?? (await this.#applyEach(wanted));
    const changed = lines.flatMap((line) => (line.startsWith('*') ? [line.slice(1) as TableName] : []));
    if (changed.length > 0) this.#written = { wanted, changed, lines };
    return changed;
  }

  /**
   * Begins to read what was written last, if this host's iptables may word any of it otherwise: without it such rules are
   * written once more. A namespace may be gone by now.
   */
  readBack(): void {
    const written = this.#written;
    this.#written = undefined;
    if (!written || wordedAlike(this.#options.family, written.lines)) return;
    this.#reading = this.saved.reread().then(
      (observed) => this.#learn(written, observed),
      () => {},
    );
  }

  /** All tables in one process, each still a transaction of its own: their lines; undefined when one was refused. */
  async #applyAtOnce(wanted: Tables, observed: ObservedTables): Promise<readonly string[] | undefined> {
    const plans = Object.entries(wanted).map(([key, table]) => {
      const name = key as TableName;
      const have = observed.get(name) ?? new Map();
      return planTable(name, this.#accepted(table), have, this.#options.wrap, this.#known(name));
    });
    const lines = plans.flat();
    if (lines.length > 0 && (await this.#restore(lines))) return undefined;
    const transactions = plans.filter((plan) => plan.length > 0).length;
    if (transactions > 0) this.saved.wrote(transactions, observed, applied(observed, lines));
    return lines;
  }

  async #applyEach(wanted: Tables): Promise<readonly string[]> {
    const observed = await this.saved.current();
    const lines: string[] = [];
    for (const [key, table] of Object.entries(wanted)) {
      const name = key as TableName;
      lines.push(...(await this.#applyTable(name, table, observed.get(name) ?? new Map())));
    }
    return lines;
  }

  /** What `write` would put right. Only reads. */
  async compare(wanted: Tables): Promise<readonly Difference[]> {
    const observed = await this.observe();
    return Object.entries(wanted).flatMap(([key, table]) => {
      const name = key as TableName;
      const have = observed.get(name) ?? new Map();
      return compareTable(name, this.#accepted(table), have, this.#options.wrap, this.#known(name));
    });
  }

  #known(name: TableName): Renderings {
    return {
      get: (chain, want) => {
        const rendering = this.#renderings.get(`${name} ${chain}`);
        return rendering?.[0] === want.join('\n') ? rendering[1] : undefined;
      },
    };
  }

  async #applyTable(name: TableName, table: Table, observed: ObservedTable): Promise<readonly string[]> {
    const known = this.#known(name);
    for (;;) {
      const lines = planTable(name, this.#accepted(table), observed, this.#options.wrap, known);
      if (lines.length === 0) return lines;
      const refusal = await this.#restore(lines);
      if (!refusal) return lines;
      if (!this.#omit(refusal.line)) throw refusal.error;
      const [, chain, rule] = RULE_LINE.exec(refusal.line)!;
      this.#options.optional?.refused(chain!, rule!, refusal.error.result.stderr.trim());
    }
  }

  #accepted(table: Table): Table {
    if (this.#refused.size === 0) return table;
    const own = Object.entries(table.own).map(([chain, rules]) => [
      chain,
      rules.filter((rule) => !this.#refused.has(`-A ${chain} ${rule}`)),
    ]);
    return { ...table, own: Object.fromEntries(own) };
  }

  /** Leaves a refused line out from now on, if it may be. */
  #omit(line: string): boolean {
    const [, chain, rule] = RULE_LINE.exec(line) ?? [];
    if (!chain || !rule || !this.#options.optional?.mayOmit(chain, rule)) return false;
    this.#refused.add(`-A ${chain} ${rule}`);
    return true;
  }

  /** Runs one transaction; when a line is refused nothing has happened, and that line is returned. */
  async #restore(lines: readonly string[]): Promise<{ line: string; error: CommandFailed } | undefined> {
    const command = [this.#program('restore'), '--noflush', '--wait', LOCK_SECONDS];
    const { netns } = this.#options;
    try {
      // A program that stays in a namespace would hold it after it was deleted.
      if (netns === undefined) await restorerOf(command).restore(lines);
      else await run(command, { netns, input: `${lines.join('\n')}\n` });
      return undefined;
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      const number = /line:? (\d+)/.exec(error.result.stderr)?.[1];
      const line = number === undefined ? '' : (lines[Number(number) - 1] ?? '');
      const stderr = `${error.result.stderr.trim()} [${line}]`;
      return { line, error: new CommandFailed(command, { ...error.result, stderr }, netns) };
    }
  }

  #learn({ wanted, changed, lines }: Written, observed: ObservedTables): void {
    learnWording(this.#options.family, lines, observed);
    for (const name of changed) {
      const table = wanted[name] as Table;
      for (const [chain, want] of Object.entries(this.#accepted(table).own)) {
        const have = observed.get(name)?.get(chain);
        if (have?.length === want.length) this.#renderings.set(`${name} ${chain}`, [want.join('\n'), have]);
      }
    }
  }

  #program(action: 'save' | 'restore'): string {
    return `${this.#options.family === 4 ? 'iptables' : 'ip6tables'}-${action}`;
  }
}
