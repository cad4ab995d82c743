import { logOf } from '../../../src/lab/daemons.ts';
import { runIn } from '../../../src/lab/host.ts';
import type { Lab } from '../../../src/lab/lab.ts';
import { waitFor } from '../../../src/lab/waitFor.ts';
import { AGENTS } from './replace.ts';

const SECONDS = 180;

/** What an agent of Python's comes to one after the other when it starts, and what its log says when it has come to one. */
const ROUNDS = [
  {
    agent: 'neutron-linuxbridge-agent',
    thing: 'tap',
    list: ['ls', '/sys/class/net'],
    pattern: /^(tap\S+)/gm,
    done: (tap: string) => `Port ${tap} updated.`,
  },
  {
    agent: 'neutron-l3-agent',
    thing: 'router',
    list: ['ip', 'netns', 'list'],
    pattern: /^qrouter-(\S+)/gm,
    done: (id: string) => `Finished a router update for ${id}`,
  },
  {
    agent: 'neutron-dhcp-agent',
    thing: 'network',
    list: ['ip', 'netns', 'list'],
    pattern: /^qdhcp-(\S+)/gm,
    done: (id: string) => `Finished network ${id} dhcp configuration`,
  },
] as const;

/** How long the logs of the agents that make rounds are, by daemon. */
export const logLengths = async (lab: Lab): Promise<ReadonlyMap<string, number>> =>
  new Map(
    await Promise.all(
      AGENTS.filter(({ name }) => ROUNDS.some(({ agent }) => agent === name)).map(
        async (agent) => [keyOf(agent), (await logOf(lab, agent)).length] as const,
      ),
    ),
  );

const keyOf = ({ host, name }: (typeof AGENTS)[number]) => `${host} ${name}`;

/**
 * Waits until Python's agents have come to every tap, router and network of their hosts since their logs were so long. At
 * its start the Linux bridge agent writes its packet filter first, which takes away all marks of QoS policies, its own
 * too; it makes them again port by port, half a minute later on a busy machine, and until then the kernel looks settled.
 * The L3 agent does the same to each router's forwarded ports, and the DHCP agent starts each metadata proxy anew.
 */
export async function rewired(lab: Lab, lengths: ReadonlyMap<string, number>): Promise<void> {
  for (const { agent, thing, list, pattern, done } of ROUNDS)
    for (const daemon of AGENTS.filter(({ name }) => name === agent))
      await waitFor(
        `Python's ${agent} on ${daemon.host} to come to every ${thing}`,
        async () => {
          const log = (await logOf(lab, daemon)).slice(lengths.get(keyOf(daemon)));
          const { stdout } = await runIn(lab.hosts.get(daemon.host)!, list);
          const left = [...stdout.matchAll(pattern)]
            .map(([, name]) => name!)
            .filter((name) => !log.includes(done(name)));
          if (left.length > 0) throw new Error(`not yet: ${left.join(' ')}`);
        },
        SECONDS,
      );
}
