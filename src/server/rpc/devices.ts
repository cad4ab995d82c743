import { REPLICATED_INTERFACE, ROUTER_GATEWAY } from '../../net/deviceOwners.ts';
import type { DeviceName } from '../../rpc/l2plugin.ts';
import { together } from '../db/together.ts';
import { boundSegments } from '../ml2/binding.ts';
import type { Lookup } from '../services/neighbours.ts';
import { lockPorts } from '../services/ports/lock.ts';
import type { Port } from '../services/ports/rows.ts';
import type { Tx } from '../services/service.ts';

/** Ports by the names that L2 agents have for their devices, and how they are wired on a host. */

type BoundSegment = Awaited<ReturnType<typeof boundSegments>>[number];

const isMac = (name: string) => name.includes(':');
const isNoMac = (name: string) => !isMac(name);

/** What of a device's name starts the id of its port: a tap's name but for 'tap', or the id itself. */
export const prefixOf = (device: string): string => device.replace(/^tap/, '');

/** By what a device is found, and called in the answer: of a MAC with a PCI slot the MAC. */
export const nameOf = (device: DeviceName): string => (typeof device === 'string' ? device : device[0]);

export const onHost = (host: string) => (port: Port) => port['binding:host_id'] === host;

/** Ports of highly available routers: wired on each of their hosts, and bound to the one where they are active. */
async function onSeveralHosts(tx: Tx, ports: readonly Port[]): Promise<readonly string[]> {
  const candidates = ports.filter(({ device_owner }) =>
    [REPLICATED_INTERFACE, ROUTER_GATEWAY].includes(device_owner),
  );
  if (candidates.length === 0) return [];
  const rows = await tx
    .selectFrom('ports')
    .innerJoin('router_extra_attributes as extra', 'extra.router_id', 'ports.device_id')
    .select('ports.id')
    .where('extra.ha', '=', 1)
    .where(
      'ports.id',
      'in',
      candidates.map(({ id }) => id),
    )
    .execute();
  return rows.map(({ id }) => id);
}

/**
 * Finds ports by the device names that an agent uses: a tap name, whose rest starts the port's id, the id itself, or a
 * MAC. `lock` keeps them as they are read until the transaction ends.
 */
export const portsByDevice =
  (ports: Lookup) =>
  async (tx: Tx, devices: readonly string[], { lock = false } = {}): Promise<Map<string, Port>> => {
    const names = new Map(devices.map((device) => [device, prefixOf(device)]));
    if (names.size === 0) return new Map();
    const [macs, prefixes] = [[...names.values()].filter(isMac), [...names.values()].filter(isNoMac)];
    const rows = await tx
      .selectFrom('ports')
      .select('id')
      .where((eb) =>
        eb.or([
          ...prefixes.map((prefix) => eb('id', 'like', `${prefix}%`)),
          ...(macs.length > 0 ? [eb('mac_address', 'in', macs)] : []),
        ]),
      )
      .execute();
    if (rows.length === 0) return new Map();
    const ids = rows.map(({ id }) => id);
    if (lock) await lockPorts(tx, ids);
    const found = (await ports.listIn(tx, { id: ids })) as Port[];
    return new Map(
      [...names].flatMap(([device, name]) => {
        const port = found.find(({ id, mac_address }) => id.startsWith(name) || mac_address === name);
        return port ? [[device, port] as const] : [];
      }),
    );
  };

/** How ports are wired on a host. */
export interface Wiring {
  /** By port, the segment that it is bound to there; a port bound elsewhere has none, unless it is replicated. */
  readonly segments: ReadonlyMap<string, Omit<BoundSegment, 'id' | 'network_id' | 'standard_attr_id'>>;
  /** By network. */
  readonly mtus: ReadonlyMap<string, number>;
}

export async function wiringOn(tx: Tx, host: string, found: readonly Port[]): Promise<Wiring> {
  if (found.length === 0) return { segments: new Map(), mtus: new Map() };
  const replicated = await onSeveralHosts(tx, found);
  const portIds = found.map(({ id }) => id);
  const networkIds = [...new Set(found.map(({ network_id }) => network_id))];
  const ofHost = tx
    .selectFrom('ml2_port_binding_levels as level')
    .innerJoin('networksegments as segment', 'segment.id', 'level.segment_id')
    .select(['level.port_id', 'segment.network_type', 'segment.physical_network', 'segment.segmentation_id'])
    .where('level.host', '=', host)
    .where('level.port_id', 'in', portIds)
    .orderBy('level.level');
  const networks = tx.selectFrom('networks').select(['id', 'mtu']).where('id', 'in', networkIds);
  const [rows, sizes] = await together(tx, ofHost, networks);
  const elsewhere = replicated.length === 0 ? [] : await boundSegments(tx, replicated);
  return {
    segments: new Map([...elsewhere, ...rows].map((row) => [row.port_id, row])),
    mtus: new Map(sizes.map(({ id, mtu }) => [id, mtu])),
  };
}
