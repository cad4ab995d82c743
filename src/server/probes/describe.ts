import type { ProbePort } from '../../rpc/probes.ts';
import type { Port } from '../services/ports/rows.ts';
import type { Item } from '../services/service.ts';

/** What an agent must know of a port to plug it: of its addresses the IPv4 ones, with their subnets' prefixes. */
export function describePort(
  port: Port,
  network: Item,
  subnets: readonly Item[],
  minutes: number,
): ProbePort {
  const addresses = port.fixed_ips.flatMap(({ subnet_id, ip_address }) => {
    const subnet = subnets.find(({ id, ip_version }) => id === subnet_id && ip_version === 4);
    return subnet ? [{ ip_address, subnet }] : [];
  });
  return {
    id: port.id,
    mac_address: port.mac_address,
    mtu: network.mtu as number,
    addresses: addresses.map(
      ({ ip_address, subnet }) => `${ip_address}/${String(subnet.cidr).split('/')[1]}`,
    ),
    gateway: (addresses[0]?.subnet.gateway_ip as string | null | undefined) ?? null,
    minutes,
  };
}
