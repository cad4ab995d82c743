import { isUnbound } from '../../net/vifTypes.ts';
import { serviceTypes } from '../../resources/serviceTypes.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import { endpoint } from '../../rpc/interface.ts';
import { l3plugin, type RouterInfo, type RouterPort } from '../../rpc/l3plugin.ts';
import type { ServerContext } from '../context.ts';
import { fault } from '../errors/index.ts';
import type { L3Scheduler } from '../scheduling/l3.ts';
import { adminRequest } from '../services/admin.ts';
import { L3_AGENT } from '../services/agents/agent.ts';
import { hasPlugin } from '../services/extensions/loaded.ts';
import { updateStatuses } from '../services/floatingips/statuses.ts';
import type { Lookup, Ports } from '../services/neighbours.ts';
import type { PortStatuses } from '../services/ports/status.ts';
import type { Item, RequestContext, Tx } from '../services/service.ts';
import { transact } from '../services/work.ts';
import { barePort } from './dicts.ts';
import { countHaRouters, storeHaStates, unwireHaPorts } from './haRouters.ts';
import { listNetworks } from './networks.ts';
import { describeRouters } from './routers.ts';

export interface L3EndpointParts {
  readonly networks: Lookup;
  readonly subnets: Lookup;
  readonly ports: Ports & {
    readonly statuses: PortStatuses;
    bindHost(context: RequestContext, portId: string, host: string): Promise<Item>;
  };
  readonly agentDownTime: number;
  readonly scheduler: L3Scheduler;
  readonly servesWhenDown: boolean;
}

/** What L3 agents ask. */
export function l3Endpoint(server: ServerContext, parts: L3EndpointParts) {
  const { db } = server;
  const log = server.log.named('neutron.api.rpc.handlers.l3_rpc');

  async function isKnown(host: string): Promise<boolean> {
    const query = db.kysely.selectFrom('agents').select('id');
    const ofHost = query.where('agent_type', '=', L3_AGENT).where('host', '=', host);
    return (await ofHost.executeTakeFirst()) !== undefined;
  }

  async function hostedBy(tx: Tx, host: string, among?: readonly string[] | null): Promise<string[]> {
    const rows = await tx
      .selectFrom('routerl3agentbindings')
      .innerJoin('agents', 'agents.id', 'routerl3agentbindings.l3_agent_id')
      .select('routerl3agentbindings.router_id')
      .where('agents.agent_type', '=', L3_AGENT)
      .where('agents.host', '=', host)
      .where('agents.admin_state_up', 'in', parts.servesWhenDown ? [0, 1] : [1])
      .execute();
    const ids = rows.map(({ router_id }) => router_id);
    return among ? ids.filter((id) => among.includes(id)) : ids;
  }

  /** A router that is administratively down is left out: its agent takes it down as one that it no longer hosts. */
  const describe = async (host: string, ids?: readonly string[] | null): Promise<RouterInfo[]> => {
    const routers = await db.transaction(async (tx) =>
      describeRouters(tx, parts, await hostedBy(tx, host, ids), host),
    );
    return routers.filter(({ admin_state_up }) => admin_state_up);
  };

  /**
   * Ports of routers that are not bound to their agent's host yet. Those of a highly available router wait until one
   * of its agents says that it is active, and move when another one says so.
   */
  const portsElsewhere = (routers: readonly RouterInfo[], host: string): RouterPort[] =>
    routers.flatMap(({ ha, gw_port, _interfaces = [], _ha_interface, _ha_state }) => {
      const ports = gw_port ? [gw_port, ..._interfaces] : _interfaces;
      const elsewhere = (port: RouterPort) =>
        port['binding:host_id'] !== host || isUnbound(port['binding:vif_type']);
      if (!ha) return ports.filter(elsewhere);
      const nowhere = (port: RouterPort) =>
        ['', host].includes(port['binding:host_id'] ?? '') && isUnbound(port['binding:vif_type']);
      return [
        ...(_ha_interface ? [_ha_interface] : []).filter(elsewhere),
        ...(_ha_state === 'active' ? ports : []).filter(nowhere),
      ];
    });

  /**
   * Routers with all of their ports bound to the agent's host, before the agent plugs them: a device whose port is
   * not bound is left alone by the L2 agent. Ports may come while others are being bound, so it looks again.
   */
  async function bound(
    context: RequestContext,
    host: string,
    ids?: readonly string[] | null,
  ): Promise<RouterInfo[]> {
    const tried = new Set<string>();
    for (;;) {
      const routers = await describe(host, ids);
      const waiting = portsElsewhere(routers, host).filter(({ id }) => !tried.has(id));
      if (waiting.length === 0) return routers;
      for (const { id } of waiting) {
        tried.add(id);
        try {
          await parts.ports.bindHost(context, id, host);
        } catch (error) {
          const why = error instanceof Error ? error.message : error;
          log.error(`Port ${id} could not be bound to host ${host}: ${why}`);
        }
      }
    }
  }

  return endpoint(l3plugin, {
    get_router_ids: async (rpc, { host }) => {
      await transact(server, adminRequest(rpc), (work) => parts.scheduler.autoSchedule(work, host));
      return db.transaction((tx) => hostedBy(tx, host));
    },

    sync_routers: async (rpc, { host, router_ids }) => {
      // An agent whose row somebody deleted must not take all of its routers away.
      if (!(await isKnown(host)))
        throw Object.assign(fault('AgentNotFoundByTypeHost', { agent_type: L3_AGENT, host }), {
          module: 'neutron_lib.exceptions.agent',
        });
      return bound(adminRequest(rpc), host, router_ids);
    },

    update_floatingip_statuses: async (_rpc, { router_id, fip_statuses }) => {
      await updateStatuses(server, router_id, fip_statuses);
      return null;
    },

    get_service_plugin_list: async () => [
      ...serviceTypes,
      ...(hasPlugin(server.config, 'qos') ? ['QOS'] : []),
    ],
    get_host_ha_router_count: (_rpc, { host }) => countHaRouters(db.kysely, host),

    update_ha_routers_states: (rpc, { host, states }) =>
      transact(server, adminRequest(rpc), (work) => storeHaStates(work, parts.ports, host, states)),

    update_all_ha_network_port_statuses: async (rpc, { host }) => {
      const { ports } = parts;
      await transact(server, adminRequest(rpc), (work) => unwireHaPorts(work, ports, ports.statuses, host));
      return null;
    },

    get_ports_by_subnet: (_rpc, { subnet_id }) =>
      db.transaction(async (tx) => {
        const found = await parts.ports.listIn(tx, { fixed_ips: [{ subnet_id: [subnet_id] }] });
        return found
          .filter((port) => !isUnbound(port['binding:vif_type'] as string))
          .map((port) => barePort(port, 'fixed_ips', 'allowed_address_pairs') as PortDict);
      }),

    get_networks: (_rpc, asked) => listNetworks(db, parts.networks, asked),
  });
}
