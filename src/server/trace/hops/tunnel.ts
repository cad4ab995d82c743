import * as links from '../../../health/catalogue/pathLinks.ts';
import * as underlays from '../../../health/catalogue/underlay.ts';
import { failing, notChecked, type Outcome, pass } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { DISTRIBUTED_INTERFACE, REPLICATED_INTERFACE } from '../../../net/deviceOwners.ts';
import type { LinkRead, Reads, WayRead } from '../../../rpc/readback.ts';
import { type Facts, labelOf, networkLabel, type TraceNetwork, type TracePort } from '../facts.ts';
import { type Hop, type Look, look } from '../look.ts';
import { carrierOf, VXLAN_OVERHEAD } from './carrier.ts';

/** Interfaces of highly available routers: where their MACs are shows only in what they send. */
const LEARNT: readonly string[] = [REPLICATED_INTERFACE, DISTRIBUTED_INTERFACE];

/** The tunnel of a network from one host to a port on another one; `back`: the way of the answers. */
export function tunnelHop(
  facts: Facts,
  network: TraceNetwork,
  { from, to, port, back }: { from: string; to: string; port: TracePort; back: boolean },
): Hop {
  const own = carrierOf(facts, network, from);
  const far = carrierOf(facts, network, to)?.tunnel?.localIp;
  const device = own?.uplink ?? '';
  const name = `tunnel ${device} ${back ? 'back ' : ''}to ${to}`;
  if (!own?.tunnel || own.tunnel.localIp === undefined || far === undefined) {
    const why = 'an end of the tunnel has no local_ip';
    return { name, host: from, intended: notChecked(why), installed: why, observed: why };
  }
  const told = own.tunnel.told && port.status === 'ACTIVE' && !LEARNT.includes(port.device_owner);
  const at = { agent: 'Linux bridge agent', host: from } as const;
  const wanted: Wanted = {
    device,
    port: labelOf(port),
    mac: port.mac_address,
    addresses: port.fixed_ips.map(({ ip_address }) => ip_address),
    tunnel: far,
  };
  return {
    name,
    host: from,
    intended: pass(
      told
        ? `VNI ${own.tunnel.vni}: ${port.mac_address} of port ${labelOf(port)} is behind ${far}`
        : `VNI ${own.tunnel.vni}: where ${port.mac_address} is, the tunnel learns from what it sends`,
    ),
    installed: look(
      at,
      {
        link: { read: 'link', name: device },
        fdb: { read: 'fdb', device },
        neighbours: { read: 'neighbours', device },
      },
      ({ link, fdb, neighbours }) => {
        if (link === null) {
          const missing = links.uplinkMissing.found(
            { device, network: networkLabel(network) },
            { host: from },
          );
          return failing([missing]);
        }
        if (!told) return pass(`${device} is there`);
        const findings = [...judgeForwarding(fdb, wanted), ...judgeNeighbours(link, neighbours, wanted)];
        const seen = fdb
          .filter(({ mac }) => mac === wanted.mac)
          .map(({ mac, destination }) => `${mac} dst ${destination}`);
        return failing(
          findings.map((finding) => ({ ...finding, host: from })),
          ...seen,
        );
      },
    ),
    observed: back
      ? 'asked on the way there'
      : underlay(at, { peer: to, address: far, bytes: network.mtu + VXLAN_OVERHEAD }),
  };
}

interface Wanted {
  readonly device: string;
  readonly port: string;
  readonly mac: string;
  readonly addresses: readonly string[];
  readonly tunnel: string;
}

const FLOOD = '00:00:00:00:00:00';

/** Compares the forwarding table of a vxlan device with where a port is. Pure. */
export function judgeForwarding(
  fdb: Reads['fdb']['answer'],
  { device, port, mac, tunnel }: Wanted,
): Finding[] {
  const own = fdb.filter((entry) => entry.mac === mac).map(({ destination }) => destination);
  const floods = fdb.some((entry) => entry.mac === FLOOD && entry.destination === tunnel);
  const evidence = fdb.map((entry) => `${device}: ${entry.mac} dst ${entry.destination}`).slice(0, 20);
  return [
    ...(own.includes(tunnel)
      ? []
      : [links.fdbEntryMissing.found({ device, mac, port, tunnel, instead: own }, { evidence })]),
    ...(floods ? [] : [links.floodEntryMissing.found({ device, tunnel }, { evidence })]),
  ];
}

/** Compares the neighbours of a vxlan device that answers ARP with a port's addresses. Pure. */
export function judgeNeighbours(
  link: LinkRead,
  neighbours: Reads['neighbours']['answer'],
  { device, mac, addresses }: Wanted,
): Finding[] {
  if (!link.vxlan?.proxy) return [];
  return addresses.flatMap((address) => {
    const known = neighbours.find((one) => one.address === address && one.permanent)?.mac ?? null;
    return known === mac ? [] : [links.neighbourMissing.found({ device, address, mac, instead: known })];
  });
}

/** Whether the largest packet of a tunnel gets to the other host. */
const underlay = (at: { readonly agent: 'Linux bridge agent'; readonly host: string }, ends: Ends): Look =>
  look(at, { way: { read: 'way', address: ends.address, bytes: ends.bytes } }, ({ way }) =>
    judgeWay(way, at.host, ends),
  );

interface Ends {
  readonly peer: string;
  readonly address: string;
  readonly bytes: number;
}

/** What the way between two hosts comes to. Pure. */
export function judgeWay(way: WayRead, host: string, { peer, address, bytes }: Ends): Outcome {
  switch (way.state) {
    case 'full':
      return pass(`packets of ${bytes} bytes get to ${peer} (${address})`);
    case 'silent':
      return notChecked(`${peer} (${address}) does not answer to ping, which a firewall may forbid`);
    case 'unreachable':
      return failing([
        underlays.peerUnreachable.found({ peer, address, why: way.why ?? 'no answer' }, { host }),
      ]);
    case 'narrow': {
      const { largest = 0, limit } = way;
      const args = { peer, address, needed: bytes, largest, ...(limit ? { limit } : {}) };
      return failing([underlays.underlayMtuSmall.found(args, { host })]);
    }
  }
}
