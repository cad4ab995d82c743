import { AGENT_TYPE } from '../../ml2/mechanisms/linuxbridge.ts';
import { DHCP_AGENT, L3_AGENT } from '../../services/agents/agent.ts';
import type { ReportingAgent } from '../../services/agents/reporting.ts';
import { dhcpAgentsOf, l3AgentsOf } from '../hosting.ts';
import type { FloatingIpFacts } from '../model/floatingIps.ts';
import type { Model } from '../model/index.ts';
import type { NetworkFacts } from '../model/networks.ts';
import type { PortFacts } from '../model/ports.ts';
import type { RouterFacts } from '../model/routers.ts';
import type { Waiting } from '../present.ts';
import { type Due, nothing, type Task, together } from './due.ts';

/** Which agents must have applied what, by the database: pure. */

const waiting = (agentType: string, what: string, host?: string, final = false): Due => ({
  tasks: [],
  waiting: [
    {
      what,
      agent_type: agentType,
      ...(host === undefined ? {} : { host }),
      ...(final ? { final } : {}),
    } satisfies Waiting,
  ],
});

const task = (
  agent: ReportingAgent,
  item: string,
  what: string,
  {
    absentIsDone = false,
    recorded = true,
    elsewhere = false,
  }: Partial<Pick<Task, 'absentIsDone' | 'recorded' | 'elsewhere'>> = {},
): Due => ({ tasks: [{ agent, item, what, absentIsDone, recorded, elsewhere }], waiting: [] });

/** Whether there is an agent of a type that the server can give something to. */
const canTake = (agents: Model['agents'], type: string): boolean =>
  agents.some(({ agentType, alive, enabled }) => agentType === type && alive && enabled);

const UNBOUND = 'which could not be bound';

/** Ports that our own agents plug in; whoever runs a machine plugs in the others. */
const isAgents = ({ deviceOwner }: PortFacts): boolean => deviceOwner.startsWith('network:');

/** That the Linux bridge agent of a port's host has wired it, with its filters. */
export function wired(port: PortFacts, { agents }: Model): Due {
  const { id, host, vifType, status } = port;
  const what = `to wire port ${id}`;
  if (host === '' || vifType === 'unbound' || vifType === 'distributed') return nothing;
  if (vifType === 'binding_failed')
    return { ...waiting(AGENT_TYPE, `${what}, ${UNBOUND}`, host, true), hopeless: true };
  const agent = agents.find((one) => one.host === host && one.agentType === AGENT_TYPE);
  if (!agent) return nothing;
  return task(agent, id, what, { absentIsDone: !isAgents(port), recorded: status === 'ACTIVE' });
}

/**
 * That ports which agents plug in themselves have been wired since: what the database says is enough. It is looked at
 * once their agents have worked on them, so one that could not be bound stays so.
 */
const plugged = (ports: readonly PortFacts[]): Due =>
  together(
    ...ports
      .filter(({ enabled, status }) => enabled && status !== 'ACTIVE')
      .map(({ id, host, vifType }) => {
        const failed = vifType === 'binding_failed';
        return waiting(
          AGENT_TYPE,
          `to wire port ${id}${failed ? `, ${UNBOUND}` : ''}`,
          host || undefined,
          failed,
        );
      }),
  );

const givenToNone = (agentType: string, what: string, agents: Model['agents']): Due =>
  canTake(agents, agentType)
    ? waiting(agentType, `${what}: it has been given to none`)
    : waiting(agentType, `${what}: none is alive and switched on`, undefined, true);

/** That each DHCP agent which hosts a network serves it as it is now. */
export function served(network: NetworkFacts, dhcpPorts: readonly PortFacts[], { agents }: Model): Due {
  const hosting = dhcpAgentsOf(network, { agents });
  const what = `to serve network ${network.id}`;
  const wanted = network.enabled && network.subnets.some(({ dhcp }) => dhcp);
  if (wanted && hosting.length === 0 && agents.some(({ agentType }) => agentType === DHCP_AGENT))
    return givenToNone(DHCP_AGENT, what, agents);
  const recorded = !wanted || dhcpPorts.length > 0;
  return together(
    ...hosting.map((agent) =>
      task(agent, network.id, what, { recorded, elsewhere: canTake(agents, DHCP_AGENT) }),
    ),
    wanted ? plugged(dhcpPorts) : nothing,
  );
}

/** That each L3 agent which hosts a router has its current state, and its ports are wired. */
export function routed(router: RouterFacts, { agents, ports }: Model): Due {
  const hosting = l3AgentsOf(router, { agents });
  const what = `to apply router ${router.id}`;
  const own = router.ports.flatMap((id) => ports.get(id) ?? []);
  const wanted = router.enabled && own.length > 0;
  if (wanted && hosting.length === 0 && agents.some(({ agentType }) => agentType === L3_AGENT))
    return givenToNone(L3_AGENT, what, agents);
  const standby = wanted && router.ha && !router.instances.some(({ state }) => state === 'active');
  return together(
    ...hosting.map((agent) => task(agent, router.id, what, { elsewhere: canTake(agents, L3_AGENT) })),
    wanted ? plugged(own) : nothing,
    standby ? waiting(L3_AGENT, `to become the active one for router ${router.id}: none is yet`) : nothing,
  );
}

/** That a floating IP leads to its port, where it has one. */
export function led({ router, address, status }: FloatingIpFacts, model: Model): Due {
  const facts = router === null ? undefined : model.routers.get(router);
  if (!facts) return nothing;
  const up = status === 'ACTIVE' ? nothing : waiting(L3_AGENT, `to report floating IP ${address} as ACTIVE`);
  return together(routed(facts, model), up);
}

/** That no agent of a kind has anything of an item any more, which is gone from the database. */
export const gone = (agentType: string, item: string, { agents }: Model): Due =>
  together(
    ...agents
      .filter((agent) => agent.agentType === agentType && agent.alive)
      .map((agent) => task(agent, item, `to clear away ${item}`, { absentIsDone: true })),
  );

/** That a Linux bridge agent has the current rules of a security group: asked of one port on each host. */
export function filtered(ports: readonly PortFacts[], model: Model): Due {
  const oneOfEach = new Map(
    ports.filter(({ status }) => status === 'ACTIVE').map((port) => [port.host, port]),
  );
  return together(
    ...[...oneOfEach.values()].map((port) => {
      const { tasks } = wired(port, model);
      return {
        tasks: tasks.map((one) => ({ ...one, what: 'to apply the rules', absentIsDone: true })),
        waiting: [],
      };
    }),
  );
}
