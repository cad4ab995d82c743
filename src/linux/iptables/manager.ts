import { CommandFailed, run } from '../process.ts';
import { planTable } from './plan.ts';
import { readSave, type Table, type TableName, type Tables } from './rules.ts';

export interface ManagerOptions {
  /** The agent's wrap name, see layout.ts: chains that start with it are ours. */
  readonly wrap: string;
  readonly family: 4 | 6;
  readonly netns?: string | undefined;
}

/** Seconds to wait for the lock that legacy iptables tools share. */
const LOCK_SECONDS = '10';

/**
 * Brings tables of one family in one namespace to a desired state: reads, writes only chains that differ, one
 * transaction per table. Rules that an earlier process or Python Neutron made are adopted when they are equal.
 */
export class IptablesManager {
  readonly #options: ManagerOptions;
  /** chain → [what we wrote, how iptables-save shows it]: some versions word a rule otherwise than it was given. */
  readonly #renderings = new Map<string, readonly [string, readonly string[]]>();

  constructor(options: ManagerOptions) {
    this.#options = options;
  }

  /** Returns the tables it changed. Rejects with CommandFailed; a table that failed is unchanged. */
  async apply(wanted: Tables): Promise<readonly TableName[]> {
    const observed = readSave(await this.#save());
    const changed: TableName[] = [];
    for (const [key, table] of Object.entries(wanted)) {
      const name = key as TableName;
      const lines = planTable(name, table, observed.get(name) ?? new Map(), this.#options.wrap, {
        get: (chain, want) => {
          const known = this.#renderings.get(`${name} ${chain}`);
          return known?.[0] === want.join('\n') ? known[1] : undefined;
        },
      });
      if (lines.length === 0) continue;
      await this.#restore(lines);
      changed.push(name);
    }
    if (changed.length > 0) this.#learn(wanted, changed, await this.#save());
    return changed;
  }

  /** What the kernel holds now, as iptables-save prints it. */
  #save(): Promise<string> {
    return run([this.#program('save')], { netns: this.#options.netns }).then((result) => result.stdout);
  }

  async #restore(lines: readonly string[]): Promise<void> {
    const command = [this.#program('restore'), '--noflush', '--wait', LOCK_SECONDS];
    try {
      await run(command, { netns: this.#options.netns, input: `${lines.join('\n')}\n` });
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      const line = /line:? (\d+)/.exec(error.result.stderr)?.[1];
      if (line === undefined) throw error;
      throw new CommandFailed(
        command,
        { ...error.result, stderr: `${error.result.stderr.trim()} [${lines[Number(line) - 1] ?? ''}]` },
        this.#options.netns,
      );
    }
  }

  #learn(wanted: Tables, changed: readonly TableName[], text: string): void {
    const observed = readSave(text);
    for (const name of changed) {
      const table = wanted[name] as Table;
      for (const [chain, want] of Object.entries(table.own)) {
        const have = observed.get(name)?.get(chain);
        if (have?.length === want.length) this.#renderings.set(`${name} ${chain}`, [want.join('\n'), have]);
      }
    }
  }

  #program(action: 'save' | 'restore'): string {
    return `${this.#options.family === 4 ? 'iptables' : 'ip6tables'}-${action}`;
  }
}
