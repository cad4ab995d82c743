import { randomUUID } from 'node:crypto';
import type { Insertable } from 'kysely';
import { defer } from '../../db/deferred.ts';
import type { Database } from '../../db/schema/index.ts';
import { invalid, type Segment } from '../../ml2/types/driver.ts';
import type { NetworkTypes } from '../../ml2/types/index.ts';
import { storedHints } from '../agents/zones.ts';
import type { Item, Tx } from '../service.ts';
import type { Access } from '../shares.ts';
import { insertStandardRows, newStandardRows } from '../standardAttributes.ts';
import { checkOnlyDefaultExternal } from './defaultExternal.ts';
import { wantedSegments } from './provider.ts';
import type { NetworkRow, StoredSegment } from './rows.ts';
import { grantToAll } from './sharing.ts';

/** A network as it was written. */
export interface NewNetwork {
  /** As it would be read, but for its QoS policy. */
  readonly row: NetworkRow;
  /** What of it is in the table of networks. */
  readonly own: Insertable<Database['networks']>;
  readonly segments: readonly StoredSegment[];
  readonly isShared: boolean;
}

/** The MTU a network gets: the one asked for, or the largest its segments allow; throws when it asks for more. */
export function networkMtu(types: NetworkTypes, segments: readonly Segment[], asked: unknown): number {
  const largest = types.mtu(segments);
  if (typeof asked !== 'number' || asked === 0) return largest;
  if (largest > 0 && asked > largest) throw invalid(`Requested MTU is too big, maximum is ${largest}`);
  return asked;
}

async function insertExternal(tx: Tx, networks: readonly NewNetwork[]): Promise<void> {
  const external = networks.flatMap(({ row: { external_id, is_default } }) =>
    external_id === null ? [] : [{ network_id: external_id, is_default: is_default ?? 0 }],
  );
  if (external.length > 0) await tx.insertInto('externalnetworks').values(external).execute();
  const grants = networks.flatMap(({ row: { id, project_id, external_id }, isShared }) => {
    const actions: Access[] = [];
    if (external_id !== null) actions.push('access_as_external');
    if (isShared) actions.push('access_as_shared');
    return actions.map((action) => ({ network: id, projectId: project_id as string, action }));
  });
  await grantToAll(tx, grants);
}

/** Keeps the domains of networks that have one. */
export async function insertDomains(
  tx: Tx,
  networks: readonly { readonly network_id: string; readonly dns_domain: unknown }[],
): Promise<void> {
  const rows = networks.flatMap(({ network_id, dns_domain }) =>
    dns_domain ? [{ network_id, dns_domain: dns_domain as string }] : [],
  );
  if (rows.length > 0) await tx.insertInto('networkdnsdomains').values(rows).execute();
}

/** The segments of each network: those that its request names, or one of the project's. */
async function reserveSegments(tx: Tx, types: NetworkTypes, items: readonly Item[]): Promise<Segment[][]> {
  const reserved: Segment[][] = [];
  for (const item of items) {
    const wanted = wantedSegments(item);
    reserved.push(
      wanted.length > 0
        ? await types.reserve(tx, wanted)
        : [await types.allocate(tx, item['router:external'] === true)],
    );
  }
  return reserved;
}

/** Writes networks with their segments. */
export async function insertNetworks(
  tx: Tx,
  types: NetworkTypes,
  items: readonly Item[],
): Promise<NewNetwork[]> {
  const reserved = await reserveSegments(tx, types, items);
  // Neutron counts two flushes of a new network: its revision starts at 1.
  const standard = newStandardRows(
    items.map(({ description }) => ({
      resource: 'networks',
      description: description ?? '',
      revision: 1,
    })),
  );
  const ofSegments = newStandardRows(
    reserved.flatMap((segments) => segments.map(() => ({ resource: 'networksegments' as const }))),
  );
  const ids = await insertStandardRows(tx, [...standard, ...ofSegments]);
  const idsOfSegments = ids.slice(items.length);
  const networks = items.map((item, at): NewNetwork => {
    const id = randomUUID();
    const segments = reserved[at]!;
    const own = {
      id,
      project_id: item.tenant_id as string,
      name: (item.name ?? '') as string,
      status: 'ACTIVE',
      admin_state_up: item.admin_state_up === false ? 0 : 1,
      vlan_transparent: null,
      standard_attr_id: ids[at]!,
      availability_zone_hints: storedHints((item.availability_zone_hints ?? []) as string[]),
      mtu: networkMtu(types, segments, item.mtu),
    };
    const row = {
      ...own,
      ...standard[at]!,
      external_id: item['router:external'] === true ? id : null,
      is_default: item.is_default ? 1 : 0,
      port_security_enabled: item.port_security_enabled === false ? 0 : 1,
      dns_domain: (item.dns_domain as string | undefined) || null,
      qos_policy_id: null,
    };
    const stored = segments.map((segment) => ({
      ...segment,
      id: randomUUID(),
      network_id: id,
      standard_attr_id: idsOfSegments.shift()!,
    }));
    return { row, own, segments: stored, isShared: item.shared === true };
  });
  await defer(
    tx,
    tx.insertInto('networks').values(networks.map(({ own }) => own)),
    tx
      .insertInto('networksegments')
      .values(
        networks.flatMap(({ segments }) =>
          segments.map((segment, segment_index) => ({ ...segment, segment_index })),
        ),
      ),
    tx.insertInto('networksecuritybindings').values(
      networks.map(({ row }) => ({
        network_id: row.id,
        port_security_enabled: row.port_security_enabled!,
      })),
    ),
  );
  await insertExternal(tx, networks);
  for (const { row } of networks) if (row.is_default === 1) await checkOnlyDefaultExternal(tx, row.id);
  await insertDomains(
    tx,
    networks.map(({ row: { id, dns_domain } }) => ({ network_id: id, dns_domain })),
  );
  return networks;
}
