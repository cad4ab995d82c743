import { createHmac } from 'node:crypto';
import { formatAddress, parseAddress } from '../../net/address.ts';
import { ROUTER_INTERFACES } from '../../net/deviceOwners.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import type { PortFilters } from '../../rpc/metadata.ts';

/** The instance that a request came from, as Nova wants to know it. */
export interface Instance {
  readonly id: string;
  readonly projectId: string;
}

/** Where a request came from, as the proxy in the namespace says. */
export interface Origin {
  /** X-Forwarded-For. */
  readonly address: string;
  readonly networkId: string | undefined;
  readonly routerId: string | undefined;
}

export type GetPorts = (filters: PortFilters) => Promise<readonly PortDict[]>;

/**
 * Finds the one port with the client's address on the proxy's network, or on any network of the proxy's router.
 * Undefined when there is none, when there are several, or when the origin is not believable: both ids at once can
 * only be forged. Throws when the origin cannot be read, or the server does not answer.
 */
export async function findInstance(origin: Origin, getPorts: GetPorts): Promise<Instance | undefined> {
  if (origin.networkId !== undefined && origin.routerId !== undefined) return undefined;
  const networks =
    origin.networkId !== undefined ? [origin.networkId] : await networksOfRouter(origin.routerId, getPorts);
  if (networks.length === 0) return undefined;
  const ports = await getPorts({ ...addressFilter(origin.address), network_id: networks });
  const [port] = ports;
  return ports.length === 1 && port ? { id: port.device_id, projectId: port.tenant_id } : undefined;
}

async function networksOfRouter(routerId: string | undefined, getPorts: GetPorts): Promise<string[]> {
  if (routerId === undefined) throw new Error('The request names neither a network nor a router');
  const ports = await getPorts({ device_id: [routerId], device_owner: [...ROUTER_INTERFACES] });
  return [...new Set(ports.map((port) => port.network_id))];
}

/** A link-local client is known by the MAC in its address; an IPv4 one may come mapped into IPv6. */
export function addressFilter(text: string): PortFilters {
  const address = parseAddress(text.trim());
  if (!address) throw new Error(`X-Forwarded-For is no address: "${text}"`);
  if (address.version === 4) return { fixed_ips: { ip_address: [formatAddress(address)] } };
  if (address.value >> 32n === 0xffffn) {
    const mapped = { version: 4, value: address.value & 0xffffffffn } as const;
    return { fixed_ips: { ip_address: [formatAddress(mapped)] } };
  }
  if (address.value >> 118n === 0xfe80n >> 6n) return { mac_address: [macOf(address.value)] };
  return { fixed_ips: { ip_address: [formatAddress(address)] } };
}

/** The MAC of an EUI-64 interface identifier. */
function macOf(value: bigint): string {
  const bytes = Array.from({ length: 8 }, (_, at) => Number((value >> BigInt(56 - at * 8)) & 0xffn));
  const mac = [bytes[0]! ^ 2, bytes[1]!, bytes[2]!, bytes[5]!, bytes[6]!, bytes[7]!];
  return mac.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** Proves to Nova that the agent vouches for the instance's id. */
export const signatureOf = (instanceId: string, secret: string): string =>
  createHmac('sha256', secret).update(instanceId).digest('hex');
