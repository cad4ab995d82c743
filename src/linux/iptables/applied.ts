import type { ObservedTables } from './rules.ts';

const DECLARATION = /^:(\S+) /;
const INSERTION = /^-I (\S+) (\d+) (.*)$/;
const COMMAND = /^-([ADX]) (\S+) ?(.*)$/;

/** Does a line to a copy of a chain; undefined when the chain is gone by it. */
function changed(verb: string, rules: readonly string[], rest: string): readonly string[] | undefined {
  if (verb === 'A') return [...rules, rest];
  if (verb === 'X') return undefined;
  const at = /^\d+$/.test(rest) ? Number(rest) - 1 : rules.indexOf(rest);
  return at < 0 ? rules : rules.toSpliced(at, 1);
}

/**
 * What tables hold when `iptables-restore --noflush` has carried out these lines, worded as the lines are: those that `planTable`
 * writes. Pure.
 */
export function applied(observed: ObservedTables, lines: readonly string[]): ObservedTables {
  const tables = new Map([...observed]);
  let chains = new Map<string, readonly string[]>();
  for (const line of lines) {
    if (line.startsWith('*')) {
      chains = new Map(observed.get(line.slice(1)) ?? []);
      tables.set(line.slice(1), chains);
      continue;
    }
    const declared = DECLARATION.exec(line)?.[1];
    const [, inserted, number, rule] = INSERTION.exec(line) ?? [];
    const [, verb, chain, rest] = COMMAND.exec(line) ?? [];
    if (declared !== undefined) chains.set(declared, []);
    else if (inserted !== undefined)
      chains.set(inserted, (chains.get(inserted) ?? []).toSpliced(Number(number) - 1, 0, rule!));
    else if (verb !== undefined) {
      const rules = changed(verb, chains.get(chain!) ?? [], rest!);
      if (rules) chains.set(chain!, rules);
      else chains.delete(chain!);
    }
  }
  return tables;
}
