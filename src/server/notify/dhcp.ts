import { isDeepStrictEqual } from 'node:util';
import { dhcpAgent, dhcpPriorities } from '../../rpc/dhcpAgent.ts';
import type { FixedIp, NetworkDict, PortDict, SubnetDict } from '../../rpc/dicts.ts';
import { type Message, message } from '../../rpc/interface.ts';
import { toldSubnet } from '../rpc/dicts.ts';
import type { DhcpScheduler } from '../scheduling/dhcp.ts';
import type { AgentRow } from '../services/agents/agent.ts';
import type { ResourceHooks } from '../services/hooks.ts';
import type { ServedNetwork } from '../services/networks/reads.ts';
import { written } from '../services/ports/present.ts';
import type { Item, RequestContext, Tx } from '../services/service.ts';
import type { Outbox } from './outbox.ts';

/** Ports that nobody uses yet: they are no reason to schedule their network. */
const RESERVED_DHCP_PORT = 'reserved_dhcp_port';

interface Parts {
  readonly outbox: Outbox;
  readonly scheduler: DhcpScheduler;
  readonly servedIn: (tx: Tx, networkId: string) => Promise<ServedNetwork>;
  /** Agents out of service still serve what they host. */
  readonly servesWhenDown: boolean;
}

/** What DHCP agents hear of networks, subnets and ports; networks are scheduled when their first subnet comes. */
export function dhcpNotifier({ outbox, scheduler, servedIn, servesWhenDown }: Parts): {
  readonly network: ResourceHooks;
  readonly subnet: ResourceHooks;
  readonly port: ResourceHooks;
} {
  /** Those of the agents that listen. */
  const listening = (agents: readonly AgentRow[]): readonly AgentRow[] =>
    servesWhenDown ? agents : agents.filter((agent) => agent.admin_state_up === 1);

  /** One message to each agent of the network, which are looked up unless they are known. */
  async function tell(
    tx: Tx,
    context: RequestContext,
    networkId: string,
    say: (server: string) => Message,
    hosting?: readonly AgentRow[],
  ): Promise<void> {
    const agents = listening(hosting ?? (await scheduler.hosting(tx, networkId)));
    await outbox.add(tx, ...agents.map(({ host }) => ({ ...say(host), context: context.rpc })));
  }

  /** The agents of a network, which gets them now; and what they hear of it, as it was before. */
  async function scheduled(tx: Tx, context: RequestContext, networkId: string): Promise<ServedNetwork> {
    const { network, agents } = await servedIn(tx, networkId);
    return { network, agents: (await scheduler.schedule(tx, context.rpc, networkId, agents)).hosting };
  }

  const network: ResourceHooks = {
    async updating({ tx, context }, before, after) {
      if (sameBut(before, after, NOTHING_TO_TELL)) return;
      const payload = { network: after as unknown as NetworkDict, priority: dhcpPriorities.networkUpdate };
      await tell(tx, context, after.id as string, (server) =>
        message(dhcpAgent, 'network_update_end', { payload }, { server }),
      );
    },
    async deleting({ tx, context }, item) {
      const payload = { network_id: item.id as string, priority: dhcpPriorities.networkDelete };
      const news = message(dhcpAgent, 'network_delete_end', { payload }, { fanout: true });
      await outbox.add(tx, { ...news, context: context.rpc });
    },
  };

  const subnet: ResourceHooks = {
    async creating({ tx, context }, items) {
      for (const item of items) {
        const networkId = item.network_id as string;
        const { agents, network } = await scheduled(tx, context, networkId);
        const payload = { subnet: toldSubnet({ ...item, network }), priority: dhcpPriorities.subnetCreate };
        const say = (server: string) => message(dhcpAgent, 'subnet_create_end', { payload }, { server });
        await tell(tx, context, networkId, say, agents);
      }
    },
    async updating({ tx, context }, _before, after) {
      const networkId = after.network_id as string;
      const scheduled =
        after.enable_dhcp === true ? await scheduler.schedule(tx, context.rpc, networkId) : undefined;
      const payload = { subnet: after as unknown as SubnetDict, priority: dhcpPriorities.subnetUpdate };
      const say = (server: string) => message(dhcpAgent, 'subnet_update_end', { payload }, { server });
      await tell(tx, context, networkId, say, scheduled?.hosting);
    },
    async deleting({ tx, context }, item) {
      const network_id = item.network_id as string;
      const payload = { subnet_id: item.id as string, network_id, priority: dhcpPriorities.subnetDelete };
      await tell(tx, context, network_id, (server) =>
        message(dhcpAgent, 'subnet_delete_end', { payload }, { server }),
      );
    },
  };

  const port: ResourceHooks = {
    async creating({ tx, context }, items) {
      for (const [networkId, ports] of Map.groupBy(items, (item) => item.network_id as string)) {
        const used = ports.some(({ device_id }) => device_id !== RESERVED_DHCP_PORT);
        const served = await (used ? scheduled(tx, context, networkId) : servedIn(tx, networkId));
        const { network } = served;
        const agents = listening(served.agents);
        const news = ports.flatMap((item) =>
          agents.map(({ host }, index) => {
            const payload = {
              port: { ...item, network } as unknown as PortDict,
              priority: index === 0 ? dhcpPriorities.portHigh : dhcpPriorities.portLow,
            };
            return message(dhcpAgent, 'port_create_end', { payload }, { server: host });
          }),
        );
        await outbox.add(tx, ...news.map((told) => ({ ...told, context: context.rpc })));
      }
    },
    async updating({ tx, context }, before, after) {
      if (sameBut(before, after, NOTHING_TO_TELL)) return;
      const payload = { port: written(after) as unknown as PortDict, priority: dhcpPriorities.portLow };
      await tell(tx, context, after.network_id as string, (server) =>
        message(dhcpAgent, 'port_update_end', { payload }, { server }),
      );
    },
    async deleting({ tx, context }, item) {
      const network_id = item.network_id as string;
      const payload = {
        port_id: item.id as string,
        network_id,
        fixed_ips: item.fixed_ips as FixedIp[],
        priority: dhcpPriorities.portDelete,
      };
      await tell(tx, context, network_id, (server) =>
        message(dhcpAgent, 'port_delete_end', { payload }, { server }),
      );
    },
  };

  return { network, subnet, port };
}

/** Changes of these alone mean nothing to a DHCP agent. */
const NOTHING_TO_TELL = ['status', 'updated_at', 'revision_number'];

const sameBut = (before: Item, after: Item, ignored: readonly string[]): boolean => {
  const relevant = (item: Item) =>
    Object.fromEntries(Object.entries(item).filter(([key]) => !ignored.includes(key)));
  return isDeepStrictEqual(relevant(before), relevant(after));
};
