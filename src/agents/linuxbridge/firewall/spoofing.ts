import type { EbtablesChains } from '../../../linux/ebtables.ts';
import { canonicalBlock } from '../../../net/cidr.ts';
import { canonicalMac } from '../../../net/mac.ts';
import type { DeviceDetails } from '../../../rpc/l2plugin.ts';

type Guarded = Pick<
  DeviceDetails,
  'device' | 'mac_address' | 'fixed_ips' | 'allowed_address_pairs' | 'device_owner' | 'port_security_enabled'
>;

/** Chains that keep guests from sending with other MACs or claiming other IPv4 addresses than their ports have. */
export function spoofingChains(devices: readonly Guarded[]): EbtablesChains {
  const chains = new Map<string, readonly string[]>();
  const jumps: string[] = [];
  for (const one of devices) {
    if (!isGuarded(one)) continue;
    const { device } = one;
    chains.set(`neutronMAC-${device}`, [
      `-i ${device} --among-src ${macs(one).join(',')} -j RETURN`,
      '-j DROP',
    ]);
    jumps.push(`-i ${device} -j neutronMAC-${device}`);
    const addresses = ipv4(one);
    // A pair of 0.0.0.0/0 allows every address, and ARP cannot be matched on length 0.
    if (addresses.some((address) => address.endsWith('/0'))) continue;
    chains.set(`neutronARP-${device}`, [
      ...addresses.map((address) => `-p ARP --arp-ip-src ${address} -j ACCEPT`),
      '-j DROP',
    ]);
    jumps.push(`-p ARP -i ${device} -j neutronARP-${device}`);
  }
  return { chains, jumps };
}

/** Ports of Neutron's own agents and ports without port security are trusted. */
const isGuarded = (one: Guarded) =>
  one.port_security_enabled !== false && !one.device_owner.startsWith('network:');

const macs = (one: Guarded) => [
  ...new Set(
    [one.mac_address, ...(one.allowed_address_pairs ?? []).map((pair) => pair.mac_address)].map(canonicalMac),
  ),
];

const ipv4 = (one: Guarded) =>
  [
    ...new Set([
      ...one.fixed_ips.map((fixed) => fixed.ip_address),
      ...(one.allowed_address_pairs ?? []).map((pair) =>
        canonicalBlock(pair.ip_address).replace(/\/32$/, ''),
      ),
    ]),
  ]
    .filter((address) => !address.includes(':'))
    .sort()
    // Neutron puts one after the other on top.
    .reverse();
