import { join } from 'node:path';
import { formatAddress } from '../../net/address.ts';
import { type Cidr, parseCidr, sizeOf } from '../../net/cidr.ts';
import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import type { SubnetDict } from '../../rpc/dicts.ts';
import { allSubnets } from './network.ts';
import { type DhcpSettings, networkFiles } from './settings.ts';

/** dnsmasq's command line for a network, argument for argument as Neutron's agent gives it. */
export function dnsmasqCommand(network: DhcpNetwork, settings: DhcpSettings): readonly string[] {
  const files = networkFiles(settings, network.id);
  const ranges = allSubnets(network).flatMap((subnet) => rangeOf(subnet) ?? []);
  const log =
    settings.logDirectory === null ? undefined : join(settings.logDirectory, network.id, 'dhcp_dns_log');
  return [
    'dnsmasq',
    '--no-hosts',
    ...(settings.localResolv && settings.dnsServers.length === 0 ? [] : ['--no-resolv']),
    `--pid-file=${files.pid}`,
    `--dhcp-hostsfile=${files.host}`,
    `--addn-hosts=${files.addnHosts}`,
    `--dhcp-optsfile=${files.opts}`,
    `--dhcp-leasefile=${files.leases}`,
    '--dhcp-match=set:ipxe,175',
    '--dhcp-userclass=set:ipxe6,iPXE',
    '--local-service',
    '--bind-dynamic',
    ...ranges.map((range) => rangeArgument(range, settings.leaseSeconds)),
    ...(network.mtu > 0 ? [`--dhcp-option-force=option:mtu,${network.mtu}`] : []),
    `--dhcp-lease-max=${leaseMax(ranges, settings.leaseMax)}`,
    ...(settings.renewalSeconds > 0 ? [`--dhcp-option-force=option:T1,${settings.renewalSeconds}s`] : []),
    ...(settings.rebindingSeconds > 0 ? [`--dhcp-option-force=option:T2,${settings.rebindingSeconds}s`] : []),
    `--conf-file=${settings.configFile}`,
    ...settings.dnsServers.map((server) => `--server=${server}`),
    ...(settings.dnsDomain === '' ? [] : [`--domain=${settings.dnsDomain}`]),
    ...(settings.broadcastReply ? ['--dhcp-broadcast'] : []),
    ...(log === undefined ? [] : ['--log-queries', '--log-dhcp', `--log-facility=${log}`]),
  ];
}

interface Range {
  readonly subnet: SubnetDict;
  readonly cidr: Cidr;
}

/** None for a subnet without DHCP, for SLAAC, and for IPv6 prefixes shorter than /64, which dnsmasq refuses. */
function rangeOf(subnet: SubnetDict): Range | undefined {
  const cidr = parseCidr(subnet.cidr);
  if (!subnet.enable_dhcp || !cidr) return undefined;
  if (subnet.ip_version === 4) return { subnet, cidr };
  const leases = subnet.ipv6_address_mode
    ? subnet.ipv6_address_mode !== 'slaac'
    : subnet.ipv6_ra_mode === null || subnet.ipv6_ra_mode === undefined;
  return leases && cidr.prefix >= 64 ? { subnet, cidr } : undefined;
}

function rangeArgument({ subnet, cidr }: Range, leaseSeconds: number): string {
  const first = formatAddress({ version: cidr.version, value: cidr.first });
  const size = cidr.version === 4 ? netmask(cidr.prefix) : cidr.prefix;
  const lease = leaseSeconds === -1 ? 'infinite' : `${leaseSeconds}s`;
  return `--dhcp-range=set:subnet-${subnet.id},${first},static,${size},${lease}`;
}

const netmask = (prefix: number): string =>
  formatAddress({ version: 4, value: (0xffffffffn << BigInt(32 - prefix)) & 0xffffffffn });

function leaseMax(ranges: readonly Range[], most: number): bigint {
  const possible = ranges.reduce((sum, { cidr }) => sum + sizeOf(cidr), 0n);
  return possible < BigInt(most) ? possible : BigInt(most);
}
