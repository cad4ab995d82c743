import type { ObservedTables } from './rules.ts';

/** A line that adds a rule: its chain and the rule. */
export const RULE_LINE = /^-[AI] (\S+) (?:\d+ )?(.*)$/;

/** Shapes of rules that this host's programs print as they were given, by family. */
const alike: Readonly<Record<4 | 6, Set<string>>> = { 4: new Set(), 6: new Set() };

/** Numbers for which iptables has a name, or none (a protocol, a type of ICMP), and addresses with IPv4 in them. */
const NAMED = /-p \d+|-type \S+|::ffff:\S+/g;

/** A rule without what differs between ports: other numbers, addresses, names of devices. */
const shapeOf = (rule: string): string =>
  [rule.replace(/[0-9a-f]{2,}|\d|(?<=[0-9a-f]-)[a-f]\b/g, '#'), ...(rule.match(NAMED) ?? [])].join(' ');

/** Whether iptables-save is known to print all rules of these lines as they stand there. */
export const wordedAlike = (family: 4 | 6, lines: readonly string[]): boolean =>
  lines.every((line) => {
    const rule = RULE_LINE.exec(line)?.[2];
    return rule === undefined || alike[family].has(shapeOf(rule));
  });

/** Remembers which rules of lines that were written iptables-save prints as they stand there. */
export function learnWording(family: 4 | 6, lines: readonly string[], observed: ObservedTables): void {
  let table = '';
  for (const line of lines) {
    if (line.startsWith('*')) table = line.slice(1);
    const [, chain, rule] = RULE_LINE.exec(line) ?? [];
    if (rule !== undefined && observed.get(table)?.get(chain!)?.includes(rule))
      alike[family].add(shapeOf(rule));
  }
}
