import { logOf } from '../../../src/lab/daemons.ts';
import { waitFor } from '../../../src/lab/deployments/processes.ts';
import { runIn } from '../../../src/lab/host.ts';
import type { Lab } from '../../../src/lab/lab.ts';
import { AGENTS } from './replace.ts';

const SECONDS = 180;

const named = (kind: string) => AGENTS.filter(({ name }) => name === `neutron-${kind}-agent`);

/** How long the logs of the Linux bridge and L3 agents are, by daemon. */
export const logLengths = async (lab: Lab): Promise<ReadonlyMap<string, number>> =>
  new Map(
    await Promise.all(
      [...named('linuxbridge'), ...named('l3')].map(
        async (agent) => [keyOf(agent), (await logOf(lab, agent)).length] as const,
      ),
    ),
  );

const keyOf = ({ host, name }: (typeof AGENTS)[number]) => `${host} ${name}`;

/**
 * Waits until Python's agents have come to every tap and every router of their hosts since their logs were so long. At
 * its start the Linux bridge agent writes its packet filter first, which takes away all marks of QoS policies, its own
 * too; it makes them again port by port, half a minute later on a busy machine, and until then the kernel looks settled.
 * The L3 agent does the same to each router's forwarded ports.
 */
export async function rewired(lab: Lab, lengths: ReadonlyMap<string, number>): Promise<void> {
  for (const agent of named('l3'))
    await waitFor(
      `Python's L3 agent on ${agent.host} to come to every router`,
      async () => {
        const log = (await logOf(lab, agent)).slice(lengths.get(keyOf(agent)));
        const { stdout } = await runIn(lab.hosts.get(agent.host)!, ['ip', 'netns', 'list']);
        const routers = [...stdout.matchAll(/^qrouter-(\S+)/gm)].map(([, id]) => id!);
        const left = routers.filter((id) => !log.includes(`Finished a router update for ${id}`));
        if (left.length > 0) throw new Error(`not yet: ${left.join(' ')}`);
      },
      SECONDS,
    );
  for (const agent of named('linuxbridge'))
    await waitFor(
      `Python's Linux bridge agent on ${agent.host} to come to every tap`,
      async () => {
        const log = (await logOf(lab, agent)).slice(lengths.get(keyOf(agent)));
        const { stdout } = await runIn(lab.hosts.get(agent.host)!, ['ls', '/sys/class/net']);
        const left = stdout.match(/^tap\S+/gm)?.filter((tap) => !log.includes(`Port ${tap} updated.`)) ?? [];
        if (left.length > 0) throw new Error(`not yet: ${left.join(' ')}`);
      },
      SECONDS,
    );
}
