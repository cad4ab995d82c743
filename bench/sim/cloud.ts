import { inLanes } from '../measure.ts';
import { hostName } from './fleet.ts';

/** The API's answer to a request; rejects with what the API said when it refused. */
export async function api<T>(url: string, method = 'GET', body?: object): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as T;
}

/** What was made: the ports of each host, and the security group of all. */
export interface Cloud {
  readonly portsOf: readonly (readonly string[])[];
  readonly groupId: string;
}

/** Ports of one network; a /24 holds them. */
const PORTS_PER_NETWORK = 100;
/** Ports made by one request, and requests at a time: as many as there are API workers, twice. */
const [BULK, AT_ONCE] = [50, 4];

/**
 * Makes networks of 100 ports and binds the ports to hosts, as Nova does with one request per machine: every host gets
 * `perHost`, neighbours on a network sit on different hosts. All are in their project's default group.
 */
export async function seed(url: string, hosts: number, perHost: number): Promise<Cloud> {
  const total = hosts * perHost;
  const project_id = 'simulated';
  const portsOf: string[][] = Array.from({ length: hosts }, () => []);
  const chunks: { network_id: string; indexes: number[] }[] = [];
  await inLanes(Math.ceil(total / PORTS_PER_NETWORK), AT_ONCE, async (index) => {
    const { network } = await api<{ network: { id: string } }>(`${url}/v2.0/networks`, 'POST', {
      network: { name: `network${index}`, project_id },
    });
    const cidr = `10.${index >> 8}.${index & 255}.0/24`;
    const subnet = { network_id: network.id, cidr, ip_version: 4, enable_dhcp: false, project_id };
    await api(`${url}/v2.0/subnets`, 'POST', { subnet });
    const first = index * PORTS_PER_NETWORK;
    const last = Math.min(first + PORTS_PER_NETWORK, total);
    for (let at = first; at < last; at += BULK)
      chunks.push({
        network_id: network.id,
        indexes: Array.from({ length: Math.min(BULK, last - at) }, (_, offset) => at + offset),
      });
  });
  await inLanes(chunks.length, AT_ONCE, async (at) => {
    const { network_id, indexes } = chunks[at]!;
    const ports = indexes.map((index) => ({
      network_id,
      project_id,
      device_id: `machine${index}`,
      device_owner: 'compute:nova',
      'binding:host_id': hostName(index % hosts),
    }));
    const made = await api<{ ports: { id: string }[] }>(`${url}/v2.0/ports`, 'POST', { ports });
    for (const [at, { id }] of made.ports.entries()) portsOf[indexes[at]! % hosts]!.push(id);
  });
  const groups = await api<{ security_groups: { id: string }[] }>(
    `${url}/v2.0/security-groups?project_id=${project_id}&name=default`,
  );
  return { portsOf, groupId: groups.security_groups[0]!.id };
}
