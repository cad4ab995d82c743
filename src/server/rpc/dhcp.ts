import { DHCP_PORT } from '../../net/deviceOwners.ts';
import { dhcpDeviceId, reservedDhcpPort } from '../../net/dhcpDevice.ts';
import { type DhcpNetwork, dhcpPlugin } from '../../rpc/dhcp.ts';
import type { NetworkDict, PortDict } from '../../rpc/dicts.ts';
import { endpoint } from '../../rpc/interface.ts';
import type { ServerContext } from '../context.ts';
import { fault, NeutronError } from '../errors/index.ts';
import type { DhcpScheduler } from '../scheduling/dhcp.ts';
import { adminRequest } from '../services/admin.ts';
import { DHCP_AGENT } from '../services/agents/agent.ts';
import type { Lookup, Ports } from '../services/neighbours.ts';
import { written } from '../services/ports/present.ts';
import type { Item, RequestContext, Tx } from '../services/service.ts';
import { transact } from '../services/work.ts';
import { toldSubnet } from './dicts.ts';
import { listNetworks } from './networks.ts';

export interface DhcpEndpointParts {
  readonly networks: Lookup;
  readonly subnets: Lookup;
  readonly ports: Ports & {
    provisioned(context: RequestContext, portId: string, entity: 'L2' | 'DHCP'): Promise<void>;
  };
  readonly scheduler: DhcpScheduler;
  readonly servesWhenDown: boolean;
}

/** Errors which say that network, subnet or addresses went away meanwhile: the agent hears of that separately. */
const GONE = ['NetworkNotFound', 'SubnetNotFound', 'IpAddressGenerationFailure'];

/** What DHCP agents ask. */
export function dhcpEndpoint(server: ServerContext, parts: DhcpEndpointParts) {
  const { networks, subnets, ports, scheduler } = parts;
  const log = server.log.named('neutron.api.rpc.handlers.dhcp_rpc');

  /** Networks with their subnets, all or those that want DHCP, and ports; for many networks at once. */
  async function describe(tx: Tx, found: readonly Item[], allSubnets: boolean): Promise<DhcpNetwork[]> {
    if (found.length === 0) return [];
    const ofNetworks = { network_id: found.map(({ id }) => id) };
    const wanted = allSubnets ? ofNetworks : { ...ofNetworks, enable_dhcp: [true] };
    // By id: an agent numbers its tags by the order.
    const inOrder = (await subnets.listIn(tx, wanted)).toSorted((a, b) =>
      String(a.id) < String(b.id) ? -1 : 1,
    );
    const subnetsBy = Map.groupBy(inOrder, ({ network_id }) => network_id);
    const portsBy = Map.groupBy(await ports.listIn(tx, ofNetworks), ({ network_id }) => network_id);
    return (found as unknown as NetworkDict[]).map((network) => ({
      id: network.id,
      project_id: network.project_id,
      tenant_id: network.tenant_id,
      admin_state_up: network.admin_state_up,
      subnets: (subnetsBy.get(network.id) ?? []).map(toldSubnet),
      non_local_subnets: [],
      ports: (portsBy.get(network.id) ?? []) as unknown as PortDict[],
      mtu: network.mtu,
    }));
  }

  async function isHosting(host: string, networkId: string): Promise<boolean> {
    const agents = await scheduler.hosting(server.db.kysely, networkId);
    return agents.some((agent) => agent.host === host);
  }

  async function hostedBy(tx: Tx, host: string): Promise<string[]> {
    const rows = await tx
      .selectFrom('networkdhcpagentbindings')
      .innerJoin('agents', 'agents.id', 'networkdhcpagentbindings.dhcp_agent_id')
      .select('networkdhcpagentbindings.network_id')
      .where('agents.agent_type', '=', DHCP_AGENT)
      .where('agents.host', '=', host)
      .where('agents.admin_state_up', 'in', parts.servesWhenDown ? [0, 1] : [1])
      .execute();
    return rows.map(({ network_id }) => network_id);
  }

  /** Null instead of an error that says only that the agent's picture is old. */
  async function unlessGone(
    action: string,
    networkId: string,
    work: () => Promise<Item>,
  ): Promise<PortDict | null> {
    try {
      const { id } = await work();
      // The binding follows the commit.
      const port = await ports.getIn(server.db.kysely, id as string);
      return (port ? written(port) : null) as unknown as PortDict | null;
    } catch (error) {
      if (!(error instanceof NeutronError && GONE.includes(error.type))) throw error;
      const network = await networks.getIn(server.db.kysely, networkId);
      if (error.type === 'IpAddressGenerationFailure' && network !== undefined) throw error;
      log.warning(
        `Action ${action} for network ${networkId} could not complete successfully: ${error.message}`,
      );
      return null;
    }
  }

  return endpoint(dhcpPlugin, {
    get_active_networks_info: async (_context, { host, enable_dhcp_filter }) => {
      await server.db.transaction((tx) => scheduler.autoSchedule(tx, host));
      return server.db.transaction(async (tx) => {
        const ids = await hostedBy(tx, host);
        if (ids.length === 0) return [];
        const active = await networks.listIn(tx, { id: ids, admin_state_up: [true] });
        return describe(tx, active, enable_dhcp_filter === false);
      });
    },

    get_network_info: (_context, { network_id }) =>
      server.db.transaction(async (tx) => {
        const network = await networks.getIn(tx, network_id);
        return network === undefined ? null : (await describe(tx, [network], false))[0]!;
      }),

    create_dhcp_port: (rpc, { port: { port }, host }) =>
      unlessGone('create_port', port.network_id, () =>
        transact(server, adminRequest(rpc), async (work) => {
          // The agent asks again when an answer was lost; it must not get a second port.
          const [known] = port.device_id
            ? await ports.listIn(work.tx, { network_id: [port.network_id], device_id: [port.device_id] })
            : [];
          if (known) return known;
          const tenant_id = port.project_id ?? '';
          return ports.createIn(work, {
            name: '',
            admin_state_up: true,
            ...port,
            tenant_id,
            project_id: tenant_id,
            device_owner: DHCP_PORT,
            'binding:host_id': host,
          });
        }),
      ),

    update_dhcp_port: async (rpc, { port_id, port: { port }, host }) => {
      const known = await ports.getIn(server.db.kysely, port_id);
      const { network_id: net_id, project_id: _project, ...changes } = port;
      const mine: unknown[] = [reservedDhcpPort, dhcpDeviceId(host, net_id)];
      if (known === undefined || !mine.includes(known.device_id)) return null;
      if (!(await isHosting(host, net_id))) throw fault('NetworkNotFound', { net_id });
      const written = { ...changes, device_owner: DHCP_PORT, 'binding:host_id': host };
      return unlessGone('update_port', net_id, () =>
        transact(server, adminRequest(rpc), (work) => ports.updateIn(work, port_id, written)),
      );
    },

    release_dhcp_port: (rpc, { network_id, device_id }) =>
      transact(server, adminRequest(rpc), async (work) => {
        const released = await ports.listIn(work.tx, { network_id: [network_id], device_id: [device_id] });
        for (const { id } of released) await ports.deleteIn(work, id as string);
        return null;
      }),

    get_dhcp_port: (_rpc, { port_id }) =>
      server.db.transaction(async (tx) => {
        const port = await ports.getIn(tx, port_id);
        if (port === undefined) throw fault('PortNotFound', { port_id });
        return port as unknown as PortDict;
      }),

    dhcp_ready_on_ports: async (rpc, { port_ids }) => {
      for (const id of port_ids) await ports.provisioned(adminRequest(rpc), id, 'DHCP');
      return null;
    },

    get_networks: (_rpc, asked) => listNetworks(server.db, networks, asked),
  });
}
