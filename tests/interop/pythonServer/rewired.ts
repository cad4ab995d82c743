import { logOf } from '../../../src/lab/daemons.ts';
import { waitFor } from '../../../src/lab/deployments/processes.ts';
import { runIn } from '../../../src/lab/host.ts';
import type { Lab } from '../../../src/lab/lab.ts';
import { AGENTS } from './replace.ts';

const SECONDS = 180;

const linuxBridgeAgents = AGENTS.filter(({ name }) => name === 'neutron-linuxbridge-agent');

/** How long the logs of the Linux bridge agents are, by host. */
export const logLengths = async (lab: Lab): Promise<ReadonlyMap<string, number>> =>
  new Map(
    await Promise.all(
      linuxBridgeAgents.map(async (agent) => [agent.host, (await logOf(lab, agent)).length] as const),
    ),
  );

/**
 * Waits until Python's Linux bridge agents have come to every tap of their hosts since their logs were so long. At its
 * start such an agent writes its packet filter first, which takes away all marks of QoS policies, its own too; it
 * makes them again port by port, half a minute later on a busy machine, and until then the kernel looks settled.
 */
export async function rewired(lab: Lab, lengths: ReadonlyMap<string, number>): Promise<void> {
  for (const agent of linuxBridgeAgents)
    await waitFor(
      `Python's Linux bridge agent on ${agent.host} to come to every tap`,
      async () => {
        const log = (await logOf(lab, agent)).slice(lengths.get(agent.host));
        const { stdout } = await runIn(lab.hosts.get(agent.host)!, ['ls', '/sys/class/net']);
        const left = stdout.match(/^tap\S+/gm)?.filter((tap) => !log.includes(`Port ${tap} updated.`)) ?? [];
        if (left.length > 0) throw new Error(`not yet: ${left.join(' ')}`);
      },
      SECONDS,
    );
}
