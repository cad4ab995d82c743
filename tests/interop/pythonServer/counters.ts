import { runIn } from '../../../src/lab/host.ts';
import type { Lab } from '../../../src/lab/lab.ts';

/** Packets that each rule of the hosts' packet filters has seen: a rule that is written anew begins at zero. */
export async function ruleCounters(lab: Lab): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const host of lab.hosts.values()) {
    const { stdout } = await runIn(host, ['sh', '-c', 'iptables-save -c; ip6tables-save -c']);
    for (const line of stdout.split('\n')) {
      const [, packets, rule] = /^\[(\d+):\d+\] (-A neutron-.*)$/.exec(line) ?? [];
      if (rule !== undefined) found.set(`${host.name} ${rule}`, Number(packets));
    }
  }
  return found;
}

/** Rules that were written anew in between, or taken away. */
export const rewritten = (
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): string[] =>
  [...before].filter(([rule, packets]) => (after.get(rule) ?? -1) < packets).map(([rule]) => rule);
