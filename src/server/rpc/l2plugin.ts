import type { RpcContext } from '../../messaging/transport.ts';
import { REPLICATED_INTERFACE } from '../../net/deviceOwners.ts';
import { isUnbound } from '../../net/vifTypes.ts';
import type { NetworkDict, PortDict } from '../../rpc/dicts.ts';
import { endpoint } from '../../rpc/interface.ts';
import { type DeviceDetails, type DeviceDown, l2plugin, type UnknownDevice } from '../../rpc/l2plugin.ts';
import type { ServerContext } from '../context.ts';
import { fault } from '../errors/index.ts';
import type { PortBinder } from '../ml2/binding.ts';
import { adminRequest } from '../services/admin.ts';
import type { Lookup } from '../services/neighbours.ts';
import type { Port } from '../services/ports/rows.ts';
import type { PortStatuses } from '../services/ports/status.ts';
import { transact, type Work } from '../services/work.ts';
import { nameOf, onHost, portsByDevice, wiringOn } from './devices.ts';
import { syncTunnel } from './tunnels.ts';

export interface L2PluginParts {
  readonly networks: Lookup;
  readonly ports: Lookup;
  readonly statuses: PortStatuses;
  readonly binder: Pick<PortBinder, 'bind'>;
}

/** What an agent wants to know of devices of its host. */
interface Asked {
  readonly devices: readonly string[];
  readonly agent_id: string;
  readonly host: string;
}

type Details = DeviceDetails | UnknownDevice;

/** What L2 agents ask of ML2: how to wire devices, and they tell which are wired. */
export function l2pluginEndpoint(
  server: ServerContext,
  { networks, ports, statuses, binder }: L2PluginParts,
) {
  const log = server.log.named('neutron.plugins.ml2.rpc');
  const portsOf = portsByDevice(ports);

  /**
   * Tells an agent of its devices. Ports of its host whose binding failed or never came are bound first: what was missing then may
   * be there now. A DHCP or router port that was made while the agent was dead has no other way out.
   */
  async function details(rpc: RpcContext, asked: Asked): Promise<Details[]> {
    const request = adminRequest(rpc);
    const first = await transact(server, request, async (work) => {
      const byDevice = await portsOf(work.tx, asked.devices);
      const mine = [...byDevice.values()].filter(onHost(asked.host));
      const unbound = mine.filter((port) => isUnbound(port['binding:vif_type'])).map(({ id }) => id);
      return { unbound, answer: unbound.length > 0 ? [] : await describe(work, asked, byDevice) };
    });
    if (first.unbound.length === 0) return first.answer;
    for (const portId of first.unbound) await binder.bind(request, portId);
    return transact(server, request, async (work) =>
      describe(work, asked, await portsOf(work.tx, asked.devices)),
    );
  }

  async function describe(
    work: Work,
    { devices, agent_id, host }: Asked,
    byDevice: ReadonlyMap<string, Port>,
  ): Promise<Details[]> {
    const { rpc } = work.context;
    const known = [...byDevice.values()];
    const { segments, mtus } = await wiringOn(work.tx, host, known);
    const wired = known.filter((port) => segments.has(port.id) && onHost(host)(port));
    await announceBuild(work, wired);
    return devices.map((device) => {
      const port = byDevice.get(device);
      if (!port) {
        log.info(`Device ${device} requested by agent ${agent_id} not found in database`, rpc);
        return { device };
      }
      const isBound = !isUnbound(port['binding:vif_type']);
      if (isBound && port.device_owner.startsWith('compute:') && port['binding:host_id'] !== host) {
        log.info(`Device ${device} has no active binding in host ${host}`, rpc);
        return { device, no_active_binding: true };
      }
      const segment = segments.get(port.id);
      if (!segment) {
        const vif = port['binding:vif_type'];
        const text = `Device ${device} requested by agent ${agent_id} on network ${port.network_id} not bound, vif_type: ${vif}`;
        log.warning(text, rpc);
        return { device };
      }
      return {
        device,
        network_id: port.network_id,
        port_id: port.id,
        mac_address: port.mac_address,
        admin_state_up: port.admin_state_up,
        network_type: segment.network_type,
        segmentation_id: segment.segmentation_id,
        physical_network: segment.physical_network,
        mtu: mtus.get(port.network_id) ?? 0,
        fixed_ips: [...port.fixed_ips] as DeviceDetails['fixed_ips'],
        device_owner: port.device_owner,
        allowed_address_pairs: [...port.allowed_address_pairs],
        port_security_enabled: port.port_security_enabled,
        qos_policy_id: (port.qos_policy_id ?? null) as string | null,
        qos_network_policy_id: (port.qos_network_policy_id ?? null) as string | null,
        profile: port['binding:profile'],
        propagate_uplink_status: false,
      };
    });
  }

  /** An agent that asks is about to wire the port; one that is ACTIVE stays so, or its neighbours would forget it. */
  async function announceBuild(work: Work, wired: readonly Port[]): Promise<void> {
    const building = wired.filter((port) => port.admin_state_up && port.status === 'DOWN');
    if (building.length > 0) await statuses.set(work, building, 'BUILD');
    const disabled = wired.filter((port) => !port.admin_state_up && port.status !== 'DOWN');
    if (disabled.length > 0) await statuses.set(work, disabled, 'DOWN');
  }

  const up = (rpc: RpcContext, devices: readonly string[], host: string, refresh: boolean): Promise<void> =>
    transact(server, adminRequest(rpc), async (work) => {
      const found = [...(await portsOf(work.tx, devices, { lock: true })).values()];
      const mine = found.filter(onHost(host));
      if (mine.length > 0) await statuses.provisioned(work, mine, 'L2', { refresh });
      const standby = found.filter(
        (port) => !onHost(host)(port) && port.device_owner === REPLICATED_INTERFACE,
      );
      if (standby.length > 0) await statuses.standby(work, standby, host, { refresh });
    });

  const down = (rpc: RpcContext, devices: readonly string[], host: string): Promise<DeviceDown[]> =>
    transact(server, adminRequest(rpc), async (work) => {
      const byDevice = await portsOf(work.tx, devices, { lock: true });
      const mine = [...byDevice.values()].filter(onHost(host));
      if (mine.length > 0) await statuses.set(work, mine, 'DOWN');
      // Neutron looks whether a port exists only where it has something to change.
      return devices.map((device) => ({ device, exists: true }));
    });

  return endpoint(l2plugin, {
    get_device_details: async (rpc, { device, agent_id, host }) =>
      (await details(rpc, { devices: [nameOf(device)], agent_id, host }))[0]!,
    get_devices_details_list: (rpc, args) => details(rpc, { ...args, devices: args.devices.map(nameOf) }),
    get_devices_details_list_and_failed_devices: async (rpc, args) => ({
      devices: await details(rpc, { ...args, devices: args.devices.map(nameOf) }),
      failed_devices: [],
    }),
    get_network_details: (_rpc, { network }) =>
      server.db.transaction(async (tx) => {
        const found = await networks.getIn(tx, network);
        if (!found) throw fault('NetworkNotFound', { net_id: network });
        return found as unknown as NetworkDict;
      }),
    update_device_up: async (rpc, { device, host }) => {
      await up(rpc, [nameOf(device)], host, false);
      return null;
    },
    update_device_down: async (rpc, { device, host }) => (await down(rpc, [nameOf(device)], host))[0]!,
    update_device_list: async (
      rpc,
      { devices_up = [], devices_down = [], host, refresh_tunnels = false },
    ) => {
      await up(rpc, devices_up.map(nameOf), host, refresh_tunnels);
      return {
        devices_up: [...devices_up],
        failed_devices_up: [],
        devices_down: await down(rpc, devices_down.map(nameOf), host),
        failed_devices_down: [],
      };
    },
    tunnel_sync: (rpc, args) => syncTunnel(server, rpc, args),
    get_ports_by_vnic_type_and_host: (_rpc, { vnic_type, host }) =>
      server.db.transaction(async (tx) => {
        const found = await ports.listIn(tx, { 'binding:host_id': [host] });
        return found.filter((port) => port['binding:vnic_type'] === vnic_type) as unknown as PortDict[];
      }),
  });
}
