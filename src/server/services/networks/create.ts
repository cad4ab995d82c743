import { randomUUID } from 'node:crypto';
import { defer } from '../../db/deferred.ts';
import { invalid, type Segment } from '../../ml2/types/driver.ts';
import type { NetworkTypes } from '../../ml2/types/index.ts';
import { storedHints } from '../agents/zones.ts';
import type { Item, Tx } from '../service.ts';
import type { Access } from '../shares.ts';
import { createManyStandardAttributes } from '../standardAttributes.ts';
import { checkOnlyDefaultExternal } from './defaultExternal.ts';
import { wantedSegments } from './provider.ts';
import { grantToAll } from './sharing.ts';

interface NewNetwork {
  readonly id: string;
  readonly item: Item;
  readonly segments: readonly Segment[];
  readonly mtu: number;
}

/** The MTU a network gets: the one asked for, or the largest its segments allow; throws when it asks for more. */
export function networkMtu(types: NetworkTypes, segments: readonly Segment[], asked: unknown): number {
  const largest = types.mtu(segments);
  if (typeof asked !== 'number' || asked === 0) return largest;
  if (largest > 0 && asked > largest) throw invalid(`Requested MTU is too big, maximum is ${largest}`);
  return asked;
}

function segmentInsert(tx: Tx, networks: readonly NewNetwork[], ids: readonly number[]) {
  const segments = networks.flatMap(({ id, segments }) =>
    segments.map((segment, segment_index) => ({ ...segment, network_id: id, segment_index })),
  );
  return tx
    .insertInto('networksegments')
    .values(segments.map((segment, at) => ({ ...segment, id: randomUUID(), standard_attr_id: ids[at]! })));
}

async function insertExternal(tx: Tx, networks: readonly NewNetwork[]): Promise<void> {
  const external = networks.filter(({ item }) => item['router:external'] === true);
  if (external.length > 0) {
    await tx
      .insertInto('externalnetworks')
      .values(external.map(({ id, item }) => ({ network_id: id, is_default: item.is_default ? 1 : 0 })))
      .execute();
  }
  const grants = networks.flatMap(({ id, item }) =>
    (
      [
        ['access_as_external', 'router:external'],
        ['access_as_shared', 'shared'],
      ] as const
    ).flatMap(([action, attribute]: readonly [Access, string]) =>
      item[attribute] === true ? [{ network: id, projectId: item.tenant_id as string, action }] : [],
    ),
  );
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

/** Writes networks with their segments; returns their ids in order. */
export async function insertNetworks(tx: Tx, types: NetworkTypes, items: readonly Item[]): Promise<string[]> {
  const networks: NewNetwork[] = [];
  for (const item of items) {
    const wanted = wantedSegments(item);
    const segments =
      wanted.length > 0
        ? await types.reserve(tx, wanted)
        : [await types.allocate(tx, item['router:external'] === true)];
    networks.push({ id: randomUUID(), item, segments, mtu: networkMtu(types, segments, item.mtu) });
  }
  // Neutron counts two flushes of a new network: its revision starts at 1.
  const ids = await createManyStandardAttributes(tx, [
    ...networks.map(({ item }) => ({
      resource: 'networks' as const,
      description: item.description ?? '',
      revision: 1,
    })),
    ...networks.flatMap(({ segments }) => segments.map(() => ({ resource: 'networksegments' as const }))),
  ]);
  await defer(
    tx,
    tx.insertInto('networks').values(
      networks.map(({ id, item, mtu }, at) => ({
        id,
        project_id: item.tenant_id as string,
        name: (item.name ?? '') as string,
        status: 'ACTIVE',
        admin_state_up: item.admin_state_up === false ? 0 : 1,
        vlan_transparent: null,
        standard_attr_id: ids[at]!,
        availability_zone_hints: storedHints((item.availability_zone_hints ?? []) as string[]),
        mtu,
      })),
    ),
    segmentInsert(tx, networks, ids.slice(networks.length)),
    tx.insertInto('networksecuritybindings').values(
      networks.map(({ id, item }) => ({
        network_id: id,
        port_security_enabled: item.port_security_enabled === false ? 0 : 1,
      })),
    ),
  );
  await insertExternal(tx, networks);
  for (const { id, item } of networks) if (item.is_default === true) await checkOnlyDefaultExternal(tx, id);
  await insertDomains(
    tx,
    networks.map(({ id, item }) => ({ network_id: id, dns_domain: item.dns_domain })),
  );
  return networks.map(({ id }) => id);
}
