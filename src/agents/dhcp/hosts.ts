import { canonicalAddress } from '../../net/address.ts';
import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import type { ExtraDhcpOpt, FixedIp, PortDict, SubnetDict } from '../../rpc/dicts.ts';
import { allSubnets, wantsLease } from './network.ts';
import type { DhcpSettings } from './settings.ts';

/** One address of a port as dnsmasq should know it. */
export interface Host {
  readonly port: PortDict;
  readonly subnetId: string;
  /** One address; with dnsmasq_enable_addr6_list several, each in brackets. */
  readonly address: string;
  readonly hostname: string;
  readonly fqdn: string;
  readonly version: 4 | 6;
  /** The client configures the address itself (SLAAC, stateless DHCPv6). */
  readonly selfConfigured: boolean;
  /** The client asks for no options either (SLAAC). */
  readonly withoutOptions: boolean;
}

type HostSettings = Pick<DhcpSettings, 'dnsDomain' | 'mergeIpv6Addresses'>;

/** Every address of every port that wants a lease, in the order of the files. */
function hostsOf(network: DhcpNetwork, settings: HostSettings, merged = false): readonly Host[] {
  const subnets6 = new Map(
    allSubnets(network)
      .filter((subnet) => subnet.ip_version === 6)
      .map((subnet) => [subnet.id, subnet]),
  );
  return network.ports.filter(wantsLease).flatMap((port) => {
    const ordered = statelessFirst(port.fixed_ips, subnets6);
    const addresses = merged && settings.mergeIpv6Addresses ? mergeStateful(ordered, subnets6) : ordered;
    return addresses.map(({ subnet_id, ip_address }) => {
      const mode = subnets6.get(subnet_id)?.ipv6_address_mode;
      return {
        port,
        subnetId: subnet_id,
        address: ip_address,
        ...namesOf(port, ip_address, settings.dnsDomain),
        version: subnets6.has(subnet_id) ? 6 : 4,
        selfConfigured: mode === 'slaac' || mode === 'dhcpv6-stateless',
        withoutOptions: mode === 'slaac',
      } as const;
    });
  });
}

/** dnsmasq reads the file from its end; a stateless entry met before the IPv4 one would leave the client without. */
const statelessFirst = (
  addresses: readonly FixedIp[],
  subnets6: ReadonlyMap<string, SubnetDict>,
): FixedIp[] => {
  const stateless = ({ subnet_id }: FixedIp) =>
    subnets6.get(subnet_id)?.ipv6_address_mode === 'dhcpv6-stateless';
  return [...addresses.filter(stateless), ...addresses.filter((address) => !stateless(address))];
};

function mergeStateful(addresses: readonly FixedIp[], subnets6: ReadonlyMap<string, SubnetDict>): FixedIp[] {
  const stateful = ({ subnet_id }: FixedIp) =>
    subnets6.get(subnet_id)?.ipv6_address_mode === 'dhcpv6-stateful';
  const bySubnet = Map.groupBy(addresses.filter(stateful), (address) => address.subnet_id);
  const merged = [...bySubnet].map(([subnet_id, group]) => ({
    subnet_id,
    ip_address: group.map((address) => `[${address.ip_address}]`).join(','),
  }));
  return [...addresses.filter((address) => !stateful(address)), ...merged];
}

function namesOf(port: PortDict, address: string, domain: string): { hostname: string; fqdn: string } {
  const addresses = address.replaceAll('[', '').split(/\],?/);
  const assigned = addresses.flatMap(
    (wanted) => port.dns_assignment?.find(({ ip_address }) => ip_address === wanted) ?? [],
  )[0];
  if (assigned) return { hostname: assigned.hostname, fqdn: assigned.fqdn };
  const hostname = `host-${addresses[0]!.replaceAll(/[.:]/g, '-')}`;
  return { hostname, fqdn: domain === '' ? hostname : `${hostname}.${domain}` };
}

const clientIdNames = new Set(['client-id', '61']);

export const isClientId = (option: ExtraDhcpOpt): boolean => clientIdNames.has(String(option.opt_name));

/** The client id that the port's owner set, if any. */
export const clientIdOf = (port: PortDict): string | undefined =>
  port.extra_dhcp_opts?.find(isClientId)?.opt_value ?? undefined;

const dhcpSubnetIds = (network: DhcpNetwork): ReadonlySet<string> =>
  new Set(
    allSubnets(network)
      .filter((subnet) => subnet.enable_dhcp)
      .map((subnet) => subnet.id),
  );

/** Content of `host` (--dhcp-hostsfile). */
export function hostFile(network: DhcpNetwork, settings: HostSettings): string {
  const served = dhcpSubnetIds(network);
  return hostsOf(network, settings, true)
    .map((host) => hostLine(host, served))
    .join('');
}

function hostLine(host: Host, served: ReadonlySet<string>): string {
  const { port } = host;
  const options = port.extra_dhcp_opts ?? [];
  const tag = host.version === 6 ? 'tag:dhcpv6,' : '';
  const setTag = `set:port-${port.id}`;
  if (host.selfConfigured)
    return host.withoutOptions || options.length === 0 ? '' : `${port.mac_address},${tag}${setTag}\n`;
  if (!served.has(host.subnetId)) return '';
  const address = host.version === 6 && !host.address.startsWith('[') ? `[${host.address}]` : host.address;
  const clientId = clientIdOf(port);
  const id = clientId === undefined ? '' : `id:${clientId},`;
  const onlyClientId = clientId !== undefined && options.length === 1;
  const end = options.length === 0 || onlyClientId ? '' : `,${setTag}`;
  return `${port.mac_address},${tag}${id}${host.fqdn},${address}${end}\n`;
}

/** Content of `addn_hosts` (--addn-hosts). */
export const addnHostsFile = (network: DhcpNetwork, settings: HostSettings): string =>
  hostsOf(network, settings)
    .map((host) => `${host.address}\t${host.fqdn} ${host.hostname}\n`)
    .join('');

/**
 * Content of `leases` for a dnsmasq about to start: clients that hold an address are known to it from the start, so
 * that it refuses no renewal. Lines of `existing` that still hold are kept; IPv6 leases cannot be made up.
 */
export function leasesFile(
  network: DhcpNetwork,
  settings: HostSettings & Pick<DhcpSettings, 'leaseSeconds'>,
  existing: string,
  nowSeconds: number,
): string {
  const served = dhcpSubnetIds(network);
  const expiry = settings.leaseSeconds === -1 ? 0 : Math.floor(nowSeconds) + settings.leaseSeconds;
  const lines = existing.split('\n').filter((line) => line !== '');
  const known = new Map(
    lines
      .map((line) => line.split(' '))
      .filter((fields) => fields.length === 5)
      .map((fields) => [canonicalAddress(fields[2]!), fields] as const),
  );
  const kept = hostsOf(network, settings).flatMap((host) => {
    if (host.selfConfigured || !served.has(host.subnetId)) return [];
    const fields = known.get(canonicalAddress(host.address));
    if (fields && (host.version === 6 || fields[1] === host.port.mac_address)) return [fields.join(' ')];
    return host.version === 6 ? [] : [`${expiry} ${host.port.mac_address} ${host.address} * *`];
  });
  const duid = lines.filter((line) => line.startsWith('duid '));
  return [...duid, ...kept].map((line) => `${line}\n`).join('');
}
