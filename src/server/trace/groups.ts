import { cidrContains } from '../../net/cidr.ts';
import type { Tx } from '../services/service.ts';
import type { TraceGroup, TraceRule } from './facts.ts';

/**
 * Security groups with their rules; of the groups that rules refer to only those members are loaded that hold one of
 * the `addresses`, as there may be thousands.
 */
export async function groupsOf(
  tx: Tx,
  ids: readonly string[],
  addresses: readonly string[],
): Promise<ReadonlyMap<string, TraceGroup>> {
  if (ids.length === 0) return new Map();
  const groups = await tx
    .selectFrom('securitygroups')
    .select(['id', 'name'])
    .where('id', 'in', [...ids])
    .execute();
  const rows = await tx
    .selectFrom('securitygrouprules')
    .selectAll()
    .where('security_group_id', 'in', [...ids])
    .orderBy('id')
    .execute();
  const remotes = await remotesOf(
    tx,
    unique(rows.map(({ remote_group_id }) => remote_group_id)),
    unique(rows.map(({ remote_address_group_id }) => remote_address_group_id)),
    addresses,
  );
  const rules = rows.map((row): TraceRule & { group: string } => ({
    group: row.security_group_id,
    id: row.id,
    direction: row.direction as TraceRule['direction'],
    ethertype: row.ethertype as TraceRule['ethertype'],
    protocol: row.protocol,
    min: row.port_range_min,
    max: row.port_range_max,
    remotePrefix: row.remote_ip_prefix,
    remote: remotes.get(row.remote_group_id ?? row.remote_address_group_id ?? '') ?? null,
  }));
  return new Map(
    groups.map(({ id, name }) => [
      id,
      { id, name: name ?? '', rules: rules.filter(({ group }) => group === id) },
    ]),
  );
}

const unique = (values: readonly (string | null)[]): string[] => [
  ...new Set(values.filter((value) => value !== null)),
];

type Remote = NonNullable<TraceRule['remote']>;

async function remotesOf(
  tx: Tx,
  groupIds: readonly string[],
  addressGroupIds: readonly string[],
  addresses: readonly string[],
): Promise<ReadonlyMap<string, Remote>> {
  const found = new Map<string, { name: string; members: string[] }>();
  const add = (rows: readonly { id: string; name: string | null }[]) => {
    for (const { id, name } of rows) found.set(id, { name: name ?? id, members: [] });
  };
  const members: { group: string; address: string }[] = [];
  if (groupIds.length > 0) {
    add(
      await tx
        .selectFrom('securitygroups')
        .select(['id', 'name'])
        .where('id', 'in', [...groupIds])
        .execute(),
    );
    members.push(
      ...(await tx
        .selectFrom('securitygroupportbindings as binding')
        .innerJoin('ipallocations', 'ipallocations.port_id', 'binding.port_id')
        .select(['binding.security_group_id as group', 'ipallocations.ip_address as address'])
        .where('binding.security_group_id', 'in', [...groupIds])
        .where('ipallocations.ip_address', 'in', [...addresses])
        .execute()),
      ...(await tx
        .selectFrom('securitygroupportbindings as binding')
        .innerJoin('allowedaddresspairs as pair', 'pair.port_id', 'binding.port_id')
        .select(['binding.security_group_id as group', 'pair.ip_address as address'])
        .where('binding.security_group_id', 'in', [...groupIds])
        .execute()),
    );
  }
  if (addressGroupIds.length > 0) {
    add(
      await tx
        .selectFrom('address_groups')
        .select(['id', 'name'])
        .where('id', 'in', [...addressGroupIds])
        .execute(),
    );
    members.push(
      ...(await tx
        .selectFrom('address_associations')
        .select(['address_group_id as group', 'address'])
        .where('address_group_id', 'in', [...addressGroupIds])
        .execute()),
    );
  }
  for (const { group, address } of members)
    if (addresses.some((one) => cidrContains(address, one))) found.get(group)?.members.push(address);
  return found;
}
