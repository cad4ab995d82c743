import type { Address } from '../../linux/addresses.ts';
import { ip } from '../../linux/batch.ts';
import { ensureDefaultRoute, type Gateway, planDefaultRoute } from '../../linux/defaultRoute.ts';
import { type Difference, differencesOf, foreign, missing, unset } from '../../linux/difference.ts';
import { frame, IptablesManager, wrapName } from '../../linux/iptables/index.ts';
import { findLink, type Link, listLinks } from '../../linux/links.ts';
import { ensureNamespace } from '../../linux/netns.ts';
import { observeNetwork } from '../../linux/observe.ts';
import type { Route } from '../../linux/routes.ts';
import { compareSysctls, type Sysctls } from '../../linux/sysctl.ts';
import { planAddresses, plugSeen, unplug } from '../../linux/vethPort.ts';
import { dhcpDeviceName, dhcpNamespace, tapName } from '../../net/names.ts';
import type { DhcpNetwork } from '../../rpc/dhcp.ts';
import type { PortDict, SubnetDict } from '../../rpc/dicts.ts';
import { servedSubnets } from './network.ts';
import { metadataCidr } from './options.ts';
import type { DhcpSettings } from './settings.ts';

const metadataCidr6 = 'fe80::a9fe:a9fe/64';
const wrap = wrapName('neutron-dhcp-agent');

/** What the network's namespace should hold: the device of the agent's port, its addresses and its gateways. */
export interface DevicePlan {
  readonly netns: string;
  readonly device: string;
  readonly tap: string;
  readonly mac: string;
  readonly mtu: number;
  readonly cidrs: readonly string[];
  readonly gateway4: Gateway | undefined;
  readonly gateway6: Gateway | undefined;
}

type MetadataSettings = Pick<DhcpSettings, 'isolatedMetadata' | 'forceMetadata'>;

export function planDevice(
  network: DhcpNetwork,
  port: PortDict,
  settings: MetadataSettings,
  ipv6: boolean,
): DevicePlan {
  const subnets = new Map(servedSubnets(network).map((subnet) => [subnet.id, subnet]));
  const own = port.fixed_ips.flatMap(({ subnet_id, ip_address }) => {
    const prefix = subnets.get(subnet_id)?.cidr.split('/')[1];
    return prefix === undefined ? [] : [`${ip_address}/${prefix}`];
  });
  const metadata = settings.isolatedMetadata || settings.forceMetadata;
  return {
    netns: dhcpNamespace(network.id),
    device: dhcpDeviceName(port.id),
    tap: tapName(port.id),
    mac: port.mac_address,
    mtu: network.mtu,
    cidrs: [...own, ...(metadata ? [metadataCidr, ...(ipv6 ? [metadataCidr6] : [])] : [])],
    gateway4: gatewayOf([...subnets.values()].filter((subnet) => subnet.ip_version === 4)),
    gateway6: ipv6 ? gatewayOf([...subnets.values()].filter(mayRoute6)) : undefined,
  };
}

/** The first served subnet that names a gateway gives the namespace its default route. */
function gatewayOf(subnets: readonly SubnetDict[]): Gateway | undefined {
  const subnet = subnets.find(({ gateway_ip }) => gateway_ip !== null);
  return subnet ? { address: subnet.gateway_ip!, subnetCidr: subnet.cidr } : undefined;
}

function mayRoute6(subnet: SubnetDict): boolean {
  const prefix = Number(subnet.cidr.split('/')[1]);
  if (subnet.ip_version !== 6 || subnet.subnetpool_id === 'prefix_delegation') return false;
  if (prefix === 0 || prefix > 126) return false;
  const advertised = [subnet.ipv6_address_mode, subnet.ipv6_ra_mode].some(
    (mode) => mode === 'slaac' || mode === 'dhcpv6-stateless',
  );
  return prefix === 64 || !advertised;
}

const sysctlsOf = (ipv6: boolean): Sysctls => ({
  'net/ipv4/ip_nonlocal_bind': 1,
  ...(ipv6 ? { 'net/ipv6/conf/default/accept_ra': 0 } : {}),
});

/** Brings the namespace to the plan. What exists and is right stays untouched. */
export async function applyDevice(plan: DevicePlan, ipv6: boolean): Promise<void> {
  const { netns, device } = plan;
  // Router advertisements are refused before the device is there: its addresses are the port's, no others.
  await ensureNamespace(netns, sysctlsOf(ipv6));
  const observed = await observeDevice(plan, ipv6);
  if (differences(plan, ipv6, observed).length === 0) return;
  const mtu = plan.mtu > 0 ? plan.mtu : undefined;
  const inner = observed.links.find(({ name }) => name === device);
  // Filled in before the device is there: where it is, the rule is.
  const [outer] = await Promise.all([findLink(plan.tap), inner ? undefined : fillChecksums(netns, ipv6)]);
  const made = await plugSeen([{ device, tap: plan.tap, mac: plan.mac, mtu, inner, outer }], netns);
  const have = made.length > 0 ? [] : observed.addresses;
  await ip(planAddresses(device, plan.cidrs, have).lines, { netns });
  await Promise.all([
    ensureDefaultRoute({ netns, device, family: 4 }, plan.gateway4),
    ipv6 && ensureDefaultRoute({ netns, device, family: 6 }, plan.gateway6),
  ]);
  for (const { name } of observed.links) if (name !== device) await unplug(name, netns);
}

/** What is in a namespace of a plan: devices of ports, and addresses and routes of the one that the plan is about. */
interface ObservedDevice {
  readonly links: readonly Link[];
  readonly addresses: readonly Address[];
  readonly routes: Readonly<Record<4 | 6, readonly Route[]>>;
}

async function observeDevice({ netns, device }: DevicePlan, ipv6: boolean): Promise<ObservedDevice> {
  const seen = await observeNetwork(netns);
  const routes = seen.routes.filter((route) => route.device === device);
  return {
    links: [...seen.links.values()].filter((link) => link.name.startsWith('ns-')),
    addresses: seen.addresses.filter((address) => address.device === device),
    routes: {
      4: routes.filter(({ family }) => family === 4),
      6: ipv6 ? routes.filter(({ family }) => family === 6) : [],
    },
  };
}

/** What `applyDevice` would put right. Only reads. */
export const compareDevice = async (plan: DevicePlan, ipv6: boolean): Promise<readonly Difference[]> =>
  differences(plan, ipv6, await observeDevice(plan, ipv6));

function differences(
  plan: DevicePlan,
  ipv6: boolean,
  { links, addresses, routes }: ObservedDevice,
): readonly Difference[] {
  const { netns, device } = plan;
  const families = ipv6 ? ([4, 6] as const) : ([4] as const);
  const link = links.find(({ name }) => name === device);
  if (!link) return [missing(`link ${device}`)];
  return [
    ...compareSysctls(sysctlsOf(ipv6), netns),
    ...links.filter((other) => other !== link).map(({ name }) => foreign(`link ${name}`)),
    ...(link.up ? [] : [unset(`link ${device} up`)]),
    ...(link.mac === plan.mac ? [] : [unset(`link ${device} address ${plan.mac}`)]),
    ...(plan.mtu > 0 && link.mtu !== plan.mtu ? [unset(`link ${device} mtu ${plan.mtu}`)] : []),
    ...differencesOf(planAddresses(device, plan.cidrs, addresses).lines),
    ...families.flatMap((family) =>
      differencesOf(planDefaultRoute(device, family === 4 ? plan.gateway4 : plan.gateway6, routes[family])),
    ),
  ];
}

/** Unplugs the agent's devices of this namespace. */
export async function removeDevices(netns: string): Promise<void> {
  for (const name of (await listLinks(netns)).keys()) if (name.startsWith('ns-')) await unplug(name, netns);
}

/** Some clients drop DHCP replies whose UDP checksum was left to a network card that is not there. */
async function fillChecksums(netns: string, ipv6: boolean): Promise<void> {
  await Promise.all(
    [[4, 68] as const, ...(ipv6 ? [[6, 546] as const] : [])].map(([family, port]) => {
      const rule = `-p udp -m udp --dport ${port} -j CHECKSUM --checksum-fill`;
      const tables = frame(wrap, family, { mangle: { POSTROUTING: [rule] }, raw: {}, filter: {} });
      return new IptablesManager({ wrap, family, netns }).write(tables);
    }),
  );
}
