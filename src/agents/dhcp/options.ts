import { versionOf } from '../../net/address.ts';
import { DHCP_PORT } from '../../net/deviceOwners.ts';
import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import type { PortDict, SubnetDict } from '../../rpc/dicts.ts';
import { isClientId } from './hosts.ts';
import { allSubnets, isolatedSubnets } from './network.ts';
import type { DhcpSettings } from './settings.ts';

export const metadataCidr = '169.254.169.254/32';
const anyCidr = '0.0.0.0/0';
/** Classless static routes as old Windows clients know them. */
const windowsRoutesOption = '249';

type OptionSettings = Pick<DhcpSettings, 'dnsDomain' | 'forceMetadata' | 'isolatedMetadata'>;

/** Content of `opts` (--dhcp-optsfile); its last line has no newline. `ownPort` is this agent's port on the network. */
export function optsFile(network: DhcpNetwork, ownPort: PortDict, settings: OptionSettings): string {
  return [
    ...allSubnets(network).flatMap((subnet) => subnetOptions(network, subnet, ownPort, settings)),
    ...network.ports.flatMap(portOptions),
    ...serversAsNameservers(network),
  ].join('\n');
}

const leasesOptions = (subnet: SubnetDict): boolean =>
  subnet.enable_dhcp && !(subnet.ip_version === 6 && subnet.ipv6_address_mode === 'slaac');

function subnetOptions(
  network: DhcpNetwork,
  subnet: SubnetDict,
  ownPort: PortDict,
  settings: OptionSettings,
): string[] {
  if (!leasesOptions(subnet)) return [];
  const option = (name: string, ...values: string[]) =>
    formatOption(subnet.ip_version, `subnet-${subnet.id}`, name, ...values);
  const nameservers =
    subnet.dns_nameservers.length === 0 ? [] : [option('dns-server', ...nameserverList(subnet))];
  if (subnet.ip_version === 6)
    return [
      ...nameservers,
      ...(settings.dnsDomain === '' ? [] : [option('domain-search', settings.dnsDomain)]),
    ];
  const { routes, gateway } = routesOf(network, subnet, ownPort, settings);
  const list = routes.join(',');
  return [
    ...nameservers,
    ...(routes.length === 0
      ? []
      : [option('classless-static-route', list), option(windowsRoutesOption, list)]),
    gateway === null ? option('router') : option('router', gateway),
  ];
}

/** A single 0.0.0.0 or :: asks for no nameserver at all to be announced. */
function nameserverList(subnet: SubnetDict): string[] {
  const [first] = subnet.dns_nameservers;
  if (subnet.dns_nameservers.length === 1 && (first === '0.0.0.0' || first === '::')) return [];
  return [literals(subnet.ip_version, subnet.dns_nameservers)];
}

const literals = (version: 4 | 6, addresses: readonly string[]): string =>
  addresses.map((address) => (version === 6 ? `[${address}]` : address)).join(',');

/** Routes in option 121's notation, and the gateway, which a host route for everything may stand in for. */
function routesOf(
  network: DhcpNetwork,
  subnet: SubnetDict,
  ownPort: PortDict,
  settings: OptionSettings,
): { routes: string[]; gateway: string | null } {
  const everything = subnet.host_routes.find((route) => route.destination === anyCidr);
  const gateway = subnet.gateway_ip ?? everything?.nexthop ?? null;
  const onLink = allSubnets(network)
    .filter(
      (other) =>
        other.ip_version === 4 &&
        other.cidr !== subnet.cidr &&
        (other.segment_id ?? null) === (subnet.segment_id ?? null),
    )
    .map((other) => `${other.cidr},0.0.0.0`)
    .reverse();
  const own = subnet.host_routes
    .filter((route) => route.destination !== anyCidr)
    .map((route) => `${route.destination},${route.nexthop}`);
  const metadata = metadataNexthop(network, subnet, gateway, ownPort, settings);
  const routes = [...onLink, ...own, ...(metadata === undefined ? [] : [`${metadataCidr},${metadata}`])];
  return { routes: routes.length > 0 && gateway ? [...routes, `${anyCidr},${gateway}`] : routes, gateway };
}

function metadataNexthop(
  network: DhcpNetwork,
  subnet: SubnetDict,
  gateway: string | null,
  ownPort: PortDict,
  settings: OptionSettings,
): string | undefined {
  const isolated = isolatedSubnets(network).has(subnet.id);
  if (settings.forceMetadata || (isolated && settings.isolatedMetadata))
    return ownPort.fixed_ips.find((address) => address.subnet_id === subnet.id)?.ip_address;
  return isolated ? undefined : (gateway ?? undefined);
}

/** The options that a port's owner set; those of an IP version that the port lacks are left out. */
function portOptions(port: PortDict): string[] {
  const versions = new Set(port.fixed_ips.map((address) => versionOf(address.ip_address)));
  return (port.extra_dhcp_opts ?? [])
    .filter((option) => !isClientId(option) && versions.has(option.ip_version))
    .map((option) =>
      formatOption(
        option.ip_version,
        `port-${port.id}`,
        String(option.opt_name),
        ...(option.opt_value === null ? [] : [option.opt_value]),
      ),
    );
}

/** Where a subnet names no nameserver and several DHCP agents serve it, each announces them all. */
function serversAsNameservers(network: DhcpNetwork): string[] {
  const without = new Set(
    allSubnets(network)
      .filter((subnet) => leasesOptions(subnet) && subnet.dns_nameservers.length === 0)
      .map((subnet) => subnet.id),
  );
  const addresses = network.ports
    .filter((port) => port.device_owner === DHCP_PORT)
    .flatMap((port) => port.fixed_ips)
    .filter((address) => without.has(address.subnet_id));
  return [...Map.groupBy(addresses, (address) => address.subnet_id)].flatMap(([subnetId, group]) =>
    ([4, 6] as const).flatMap((version) => {
      const ips = group.map((address) => address.ip_address).filter((ip) => versionOf(ip) === version);
      return ips.length < 2
        ? []
        : [formatOption(version, `subnet-${subnetId}`, 'dns-server', literals(version, ips))];
    }),
  );
}

const firstLine = (text: string): string => text.split('\n', 1)[0]!;

/** One line of the options file. A name may bring a tag of its own: 'tag:ipxe,bootfile-name'. */
export function formatOption(
  version: 4 | 6,
  tag: string,
  name: string,
  ...values: readonly string[]
): string {
  const [, extraTag, bare = ''] = /^(tag:.*,)?(.*)$/.exec(firstLine(name)) ?? [];
  const named = /^\d+$/.test(bare) ? bare : `option:${bare}`;
  return [
    `tag:${tag}`,
    ...(extraTag === undefined ? [] : [extraTag.slice(0, -1)]),
    version === 6 ? `option6:${bare}` : named,
    ...values.map(firstLine),
  ].join(',');
}
