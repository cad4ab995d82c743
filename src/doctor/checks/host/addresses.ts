import { vxlan } from '../../../config/options/index.ts';
import {
  hostWithoutAddress,
  localIpMissing,
  localIpUnreachable,
  localIpUnset,
  oneNicForAll,
  reversePathDrops,
  subnetOnTwoNics,
} from '../../../health/catalogue/nics.ts';
import { type Check, failing, notChecked, pass } from '../../../health/checks.ts';
import type { Finding, Where } from '../../../health/finding.ts';
import type { Address } from '../../../linux/addresses.ts';
import type { Links } from '../../../linux/mappedCards.ts';
import type { Mappings } from '../../../linux/mappings.ts';
import { findRoute, listRoutes } from '../../../linux/routes.ts';
import { readSysctl } from '../../../linux/sysctl.ts';
import { formatCidr, parseCidr } from '../../../net/cidr.ts';
import type { DoctorContext } from '../../context.ts';
import { tunnelPeers } from '../lan/tunnelPeers.ts';
import { usesVxlan } from './kernel.ts';
import { readMappings } from './mappings.ts';
import { cardBelow } from './nics.ts';

const AGENT = 'neutron-linuxbridge-agent';

const bare = (cidr: string) => cidr.split('/')[0]!;

/** Addresses by which other hosts may reach this one. */
const reachable = (addresses: readonly Address[]) =>
  addresses
    .filter(({ device, scope }) => device !== 'lo' && scope === 'global')
    .map(({ cidr }) => bare(cidr));

/** Whether two ways to write an address mean the same one. */
const same = (one: string, other: string): boolean => {
  const [a, b] = [parseCidr(one), parseCidr(other)];
  return a !== undefined && b !== undefined ? formatCidr(a) === formatCidr(b) : one === other;
};

/** What is wrong with the address by which this host takes part in private networks. */
export function localIpFinding(
  localIp: string | null,
  links: Links,
  addresses: readonly Address[],
  { nics, bridges }: Mappings,
  where: Where,
): Finding | undefined {
  const present = reachable(addresses);
  if (localIp === null) return localIpUnset.found({ present }, where);
  const address = addresses.find(({ cidr }) => same(bare(cidr), localIp));
  if (address === undefined) return localIpMissing.found({ localIp, present }, where);
  const { device } = address;
  const link = links.get(device);
  const mapped = new Set([...nics, ...bridges].map((one) => one.device));
  const seen = { ...where, evidence: [`ip address: ${address.cidr} dev ${device}`] };
  const unreachable = (why: string) => localIpUnreachable.found({ localIp, device, why }, seen);
  if (/^127\.|^::1$/.test(localIp)) return unreachable('the loopback of this host alone');
  if (link !== undefined && !link.up) return unreachable('which is down');
  const members = [...links.values()].filter(({ master }) => master === device);
  const leadsOut = members.some(({ name }) => !/^(tap|vxlan-)/.test(name)) || mapped.has(device);
  if (/^(tap|ns-|qr-|qg-)/.test(device) || (/^brq/.test(device) && !leadsOut))
    return unreachable('a device that Neutron made for virtual machines');
  return undefined;
}

const localIp: Check<DoctorContext> = {
  name: 'addresses: local_ip',
  async run(context) {
    const { configOf, seen, host, unknown } = context;
    const config = configOf(AGENT);
    if (config === undefined) return notChecked(unknown(AGENT));
    if (!usesVxlan(context)) return pass('enable_vxlan is False');
    const { local_ip } = config.group(vxlan);
    const [links, addresses] = await Promise.all([seen.links(), seen.addresses()]);
    const finding = localIpFinding(local_ip, links, addresses, readMappings(config), { host });
    const device = addresses.find(({ cidr }) => local_ip !== null && same(bare(cidr), local_ip))?.device;
    return failing(finding === undefined ? [] : [finding], `${local_ip} is on ${device}`);
  },
};

/** Interfaces that share a subnet; one in a bridge or bond does not count beside that. */
export function sharedSubnets(links: Links, addresses: readonly Address[], where: Where): readonly Finding[] {
  const own = addresses.filter(
    ({ device, scope, cidr }) =>
      scope === 'global' &&
      !cidr.includes(':') &&
      device !== 'lo' &&
      !/\/(31|32)$/.test(cidr) &&
      links.get(device)?.up,
  );
  return [...Map.groupBy(own, ({ cidr }) => formatCidr(parseCidr(cidr)!))]
    .map(([subnet, members]) => ({ subnet, devices: [...new Set(members.map(({ device }) => device))] }))
    .filter(({ devices }) => devices.length > 1)
    .map((args) => subnetOnTwoNics.found(args, where));
}

const subnets: Check<DoctorContext> = {
  name: 'addresses: one interface to a subnet',
  async run({ seen, host }) {
    const [links, addresses] = await Promise.all([seen.links(), seen.addresses()]);
    return failing(sharedSubnets(links, addresses, { host }), 'no two interfaces are in one subnet');
  },
};

/** The kernel drops what comes in by another interface than its answer would go out by, where one of the two is 1. */
const isStrict = (device: string): boolean => {
  const values = ['all', device].map((one) => Number(readSysctl(`net/ipv4/conf/${one}/rp_filter`) ?? 0));
  return Math.max(...values) === 1;
};

const MOST_PEERS = 16;

const reversePath: Check<DoctorContext> = {
  name: 'addresses: way back to the other hosts',
  async run(context) {
    const { configOf, seen, host, unknown } = context;
    const config = configOf(AGENT);
    if (config === undefined) return notChecked(unknown(AGENT));
    if (!usesVxlan(context)) return pass('enable_vxlan is False');
    const { local_ip } = config.group(vxlan);
    const device = (await seen.addresses()).find(({ cidr }) => bare(cidr) === local_ip)?.device;
    if (local_ip === null || device === undefined) return notChecked('local_ip is on no interface');
    if (local_ip.includes(':') || !isStrict(device)) return pass(`${device} takes packets by any way`);
    const peers = (await tunnelPeers(context)).slice(0, MOST_PEERS);
    const ways = await Promise.all(
      peers.map(async (peer) => ({ ...peer, out: (await findRoute(peer.address))?.device })),
    );
    const wrong = ways.filter(({ out }) => out !== undefined && out !== device);
    return failing(
      wrong.map(({ name, address, out }) => {
        const evidence = [`ip route get ${address}: dev ${out}`, `rp_filter of ${device} is 1`];
        return reversePathDrops.found(
          { localIp: local_ip, device, peer: name, out: out! },
          { host, evidence },
        );
      }),
      `the way to ${peers.length} hosts is by ${device}`,
    );
  },
};

const OWN_DEVICE = /^(tap|vxlan-|ns-|qr-|qg-|ha-)/;

const reachableHost: Check<DoctorContext> = {
  name: 'addresses: of this host',
  async run({ seen, host }) {
    const [links, addresses] = await Promise.all([seen.links(), seen.addresses()]);
    const own = addresses.filter(
      ({ device, scope }) => scope === 'global' && device !== 'lo' && !OWN_DEVICE.test(device),
    );
    const devices = [...links.keys()].filter((name) => name !== 'lo' && !OWN_DEVICE.test(name));
    return failing(
      own.length > 0 ? [] : [hostWithoutAddress.found({ devices }, { host })],
      own.map(({ cidr, device }) => `${cidr} on ${device}`).join(', '),
    );
  },
};

const oneCard: Check<DoctorContext> = {
  name: 'addresses: what the cards carry',
  async run({ configOf, seen, host, unknown }) {
    const config = configOf(AGENT);
    if (config === undefined) return notChecked(unknown(AGENT));
    const [links, routes] = await Promise.all([seen.links(), listRoutes()]);
    const route = routes.find(({ destination }) => destination === 'default');
    const device = route?.device === undefined ? undefined : cardBelow(links, route.device);
    const { nics } = readMappings(config);
    const shared = device !== undefined && nics.some((one) => one.device === device);
    return failing(
      shared ? [oneNicForAll.found({ device }, { host })] : [],
      'the physical network has a card of its own',
    );
  },
};

/** The addresses of this host. */
export const addressChecks: readonly Check<DoctorContext>[] = [
  reachableHost,
  localIp,
  reversePath,
  subnets,
  oneCard,
];
