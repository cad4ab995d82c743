import { dhcpDeviceId, reservedDhcpPort } from '../../net/dhcpDevice.ts';
import type { DhcpNetwork, DhcpPort } from '../../rpc/dhcp.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import { Overtaken } from '../runtime/outage.ts';
import { servedSubnets } from './network.ts';

/** The server's side of this agent's own port. `null` answers mean that the network or a subnet is gone. */
export interface PortService {
  create(port: DhcpPort): Promise<PortDict | null>;
  update(portId: string, port: DhcpPort): Promise<PortDict | null>;
  get(portId: string): Promise<PortDict | null>;
}

/**
 * This agent's port on the network, with one address in each subnet that wants DHCP: the one it has, one kept in
 * reserve, or a new one. Throws when the server cannot give it: the network's facts are then out of date.
 */
export async function ensureDhcpPort(
  network: DhcpNetwork,
  host: string,
  service: PortService,
): Promise<PortDict> {
  const deviceId = dhcpDeviceId(host, network.id);
  const subnetIds = servedSubnets(network).map((subnet) => subnet.id);
  const port =
    (await existingPort(network, deviceId, subnetIds, service)) ??
    (await reservedPort(network, deviceId, service)) ??
    (await service.create({
      name: '',
      admin_state_up: true,
      device_id: deviceId,
      network_id: network.id,
      project_id: network.project_id,
      fixed_ips: subnetIds.map((subnet_id) => ({ subnet_id })),
    }));
  if (!port) throw new Overtaken('the server gave no DHCP port: the network or a subnet of it is gone');
  return complete(port, subnetIds) ?? complete(await service.get(port.id), subnetIds) ?? incomplete(port);
}

async function existingPort(
  network: DhcpNetwork,
  deviceId: string,
  subnetIds: readonly string[],
  service: PortService,
): Promise<PortDict | undefined> {
  const port = network.ports.find(({ device_id }) => device_id === deviceId);
  if (!port) return undefined;
  const covered = new Set(port.fixed_ips.map((address) => address.subnet_id));
  const missing = subnetIds.filter((id) => !covered.has(id));
  const kept = port.fixed_ips.filter((address) => subnetIds.includes(address.subnet_id));
  if (missing.length === 0 && kept.length === port.fixed_ips.length) return port;
  const fixed_ips = [...kept, ...missing.map((subnet_id) => ({ subnet_id }))];
  const updated = await service.update(port.id, { network_id: network.id, fixed_ips });
  if (!updated) throw new Error('the server could not update the DHCP port: the network has changed');
  return updated;
}

async function reservedPort(
  network: DhcpNetwork,
  deviceId: string,
  service: PortService,
): Promise<PortDict | undefined> {
  for (const port of network.ports.filter(({ device_id }) => device_id === reservedDhcpPort)) {
    const taken = await service.update(port.id, {
      network_id: network.id,
      device_id: deviceId,
      fixed_ips: port.fixed_ips,
    });
    if (taken) return taken;
  }
  return undefined;
}

function complete(port: PortDict | null, subnetIds: readonly string[]): PortDict | undefined {
  const covered = new Set(port?.fixed_ips.map((address) => address.subnet_id));
  return subnetIds.every((id) => covered.has(id)) ? (port ?? undefined) : undefined;
}

function incomplete(port: PortDict): never {
  throw new Error(`the server gave DHCP port ${port.id} no address in some subnets of the network`);
}
