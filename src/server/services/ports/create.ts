import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { DHCP_PORT } from '../../../net/deviceOwners.ts';
import { canonicalMac, generateMac } from '../../../net/mac.ts';
import { RetryTransaction } from '../../db/database.ts';
import { duplicateOf, isForeignKeyViolation } from '../../db/errors.ts';
import type { Database } from '../../db/schema/index.ts';
import { together } from '../../db/together.ts';
import { fault } from '../../errors/index.ts';
import { allocateAddresses } from '../../ipam/allocate.ts';
import { addressRequests, type WantedIp } from '../../ipam/requests.ts';
import { type AllocationSubnet, allocationQueries, allocationSubnetsOf } from '../../ipam/subnets.ts';
import type { ExtensionDrivers } from '../extensions/drivers.ts';
import { visibleNetworks } from '../networks/rows.ts';
import { bindNewPorts } from '../qos/bindings.ts';
import type { DefaultGroups } from '../securitygroups/index.ts';
import { preparedFor } from '../seen.ts';
import type { Item, RequestContext, Seer, Tx } from '../service.ts';
import { createManyStandardAttributes, insertTags } from '../standardAttributes.ts';
import { storedProfile } from './bindings/rows.ts';
import { insertExtended } from './extended.ts';
import { addressPairs, checkGroups, newPortSecurity } from './security.ts';
import { type DhcpOption, insertBlocks, insertLists } from './write.ts';

/** A port that is being made: the request with everything it left open. */
interface NewPort {
  readonly id: string;
  readonly item: Item;
  readonly networkId: string;
  readonly owner: string;
  readonly mac: string;
  readonly macGiven: boolean;
  readonly security: boolean;
  readonly groups: readonly string[];
  readonly host: string;
}

export interface PortMaker {
  readonly baseMac: string;
  readonly drivers: ExtensionDrivers;
  /** Asks for the default groups of projects; then they are made where they are needed and not there. */
  readonly askDefaultGroups: (
    projectIds: readonly string[],
  ) => Promise<(needed: readonly string[]) => Promise<DefaultGroups>>;
  /** Whether an agent of that host reports when the port is wired. */
  readonly wiredByAgent: (vnicType: string, host: string) => Promise<boolean>;
}

const surroundingQueries = (
  db: Kysely<Database>,
  seer: Seer,
  ids: readonly string[],
  otherSubnets: readonly string[],
) =>
  [
    db
      .selectFrom('networks')
      .leftJoin('networksecuritybindings', 'networksecuritybindings.network_id', 'networks.id')
      .select(['networks.id', 'networksecuritybindings.port_security_enabled'])
      .where('networks.id', 'in', ids)
      .where(visibleNetworks(seer)),
    db.selectFrom('networkdhcpagentbindings').select('network_id').where('network_id', 'in', ids),
    ...allocationQueries(db, ids, otherSubnets),
  ] as const;

const aroundOne = preparedFor((db, id, seer) => surroundingQueries(db, seer, [id], []));

/** What ports get from their networks and subnets, in one round trip. @throws NetworkNotFound */
async function surroundings(tx: Tx, seer: Seer, ids: readonly string[], otherSubnets: readonly string[]) {
  const [networks, served, ...subnets] =
    ids.length === 1 && otherSubnets.length === 0
      ? await aroundOne(tx, ids[0]!, seer)
      : await together(tx, ...surroundingQueries(tx, seer, ids, otherSubnets));
  const secured = new Map(networks.map((row) => [row.id, row.port_security_enabled !== 0]));
  const missing = ids.find((id) => !secured.has(id));
  if (missing !== undefined) throw fault('NetworkNotFound', { net_id: missing });
  return {
    secured,
    /** Networks that a DHCP agent hosts. */
    served: new Set(served.map(({ network_id }) => network_id)),
    subnets: allocationSubnetsOf(...subnets),
  };
}

async function insertRows(tx: Tx, ports: readonly NewPort[], attributes: readonly number[]): Promise<void> {
  try {
    await together(
      tx,
      tx.insertInto('ports').values(
        ports.map(({ id, item, networkId, owner, mac }, at) => ({
          id,
          project_id: item.tenant_id as string,
          name: (item.name ?? '') as string,
          network_id: networkId,
          mac_address: mac,
          admin_state_up: item.admin_state_up === false ? 0 : 1,
          status: (item.status ?? 'DOWN') as string,
          device_id: (item.device_id ?? '') as string,
          device_owner: owner,
          standard_attr_id: attributes[at]!,
          ip_allocation: 'immediate',
        })),
      ),
      tx.insertInto('ml2_port_bindings').values(
        ports.map(({ id, item, host }) => ({
          port_id: id,
          host,
          vif_type: 'unbound',
          vnic_type: (item['binding:vnic_type'] ?? 'normal') as string,
          profile: storedProfile(item['binding:profile']),
          vif_details: '',
        })),
      ),
      tx
        .insertInto('portsecuritybindings')
        .values(ports.map(({ id, security }) => ({ port_id: id, port_security_enabled: security ? 1 : 0 }))),
    );
  } catch (error) {
    if (isForeignKeyViolation(error)) throw new RetryTransaction('the network was just deleted');
    if (duplicateOf(error)?.constraint !== 'uniq_ports0network_id0mac_address') throw error;
    const given = ports.find(({ macGiven }) => macGiven);
    if (given === undefined) throw new RetryTransaction('a generated MAC address is in use');
    throw fault('MacAddressInUse', { net_id: given.networkId, mac: given.mac });
  }
}

/** Keeps a port from becoming ACTIVE before its agent has wired it and DHCP serves it. */
async function block(
  tx: Tx,
  maker: PortMaker,
  ports: readonly (NewPort & { attribute: number; dhcp: boolean })[],
): Promise<void> {
  const served = ports.filter(({ dhcp }) => dhcp);
  const wired: typeof served = [];
  const vnicOf = ({ item }: NewPort) => (item['binding:vnic_type'] ?? 'normal') as string;
  const placed = ports.filter(({ host }) => host !== '');
  for (const alike of Map.groupBy(placed, (port) => `${vnicOf(port)} ${port.host}`).values()) {
    if (await maker.wiredByAgent(vnicOf(alike[0]!), alike[0]!.host)) wired.push(...alike);
  }
  await insertBlocks(tx, [
    ...served.map(({ attribute }) => ({ standard_attr_id: attribute, entity: 'DHCP' as const })),
    ...wired.map(({ attribute }) => ({ standard_attr_id: attribute, entity: 'L2' as const })),
  ]);
}

const servedByDhcp = (
  subnets: readonly AllocationSubnet[],
  used: readonly { subnet_id: string }[],
): boolean => used.some(({ subnet_id }) => subnets.some(({ id, dhcp }) => id === subnet_id && dhcp));

const projectsOf = (items: readonly Item[]): string[] => [
  ...new Set(items.map((item) => item.tenant_id as string)),
];

/** Writes ports with their addresses, groups and bindings still to do; returns their ids in order. */
export async function insertPorts(
  tx: Tx,
  context: RequestContext,
  maker: PortMaker,
  items: readonly Item[],
): Promise<string[]> {
  const networkIds = [...new Set(items.map((item) => item.network_id as string))];
  const foreign = items.flatMap((item) =>
    ((item.fixed_ips ?? []) as WantedIp[]).flatMap(({ subnet_id }) => subnet_id ?? []),
  );
  const ensureGroups = await maker.askDefaultGroups(
    projectsOf(items.filter(({ security_groups }) => security_groups === undefined)),
  );
  const { secured: networks, served, subnets } = await surroundings(tx, context, networkIds, foreign);
  const secured = items.map((item) => {
    const owner = (item.device_owner ?? '') as string;
    const networkId = item.network_id as string;
    const security = newPortSecurity({ ...item, device_owner: owner }, networks.get(networkId)!);
    return { item, owner, networkId, security };
  });
  const lacking = secured.filter(({ security, item }) => security && item.security_groups === undefined);
  const defaults = await ensureGroups(projectsOf(lacking.map(({ item }) => item)));
  const ports: NewPort[] = secured.map(({ item, owner, networkId, security }) => {
    const fallback = defaults.get(item.tenant_id as string);
    const own = security && item.security_groups === undefined && fallback !== undefined ? [fallback] : [];
    const given = item.mac_address as string | null | undefined;
    return {
      id: (item.id as string | undefined) ?? randomUUID(),
      item,
      networkId,
      owner,
      mac: given ? canonicalMac(given) : generateMac(maker.baseMac),
      macGiven: Boolean(given),
      security,
      groups: ((item.security_groups ?? own) as string[]).filter(() => security),
      host: (item['binding:host_id'] ?? '') as string,
    };
  });
  await checkGroups(
    tx,
    context,
    items.map((item) => (item.security_groups ?? []) as string[]),
  );
  const requests = ports.map((port) => ({
    portId: port.id,
    networkId: port.networkId,
    first: port.owner === DHCP_PORT,
    requests: addressRequests(
      {
        networkId: port.networkId,
        deviceOwner: port.owner,
        mac: port.mac,
        wanted: port.item.fixed_ips as WantedIp[] | undefined,
      },
      subnets,
    ),
  }));
  const attributes = await createManyStandardAttributes(
    tx,
    ports.map(({ item }) => ({
      resource: 'ports' as const,
      description: item.description ?? '',
      revision: 1,
    })),
  );
  await insertRows(tx, ports, attributes);
  await insertExtended(tx, maker.drivers, ports);
  if (maker.drivers.qos) {
    const wanted = ports.map(({ id, networkId, item }) => ({ id, networkId, policy: item.qos_policy_id }));
    await bindNewPorts(tx, context, maker.drivers.qos, wanted);
  }
  if (maker.drivers.tagsOnCreate) {
    await insertTags(
      tx,
      ports.map(({ item }, at) => [attributes[at]!, (item.tags ?? []) as string[]]),
    );
  }
  const addresses = await allocateAddresses(tx, requests);
  await insertLists(
    tx,
    ports.map(({ id, item, groups, mac }) => ({
      id,
      groups,
      pairs: addressPairs(item.allowed_address_pairs, mac),
      options: (item.extra_dhcp_opts ?? []) as DhcpOption[],
    })),
  );
  await block(
    tx,
    maker,
    ports.map((port, at) => ({
      ...port,
      attribute: attributes[at]!,
      dhcp: served.has(port.networkId) && servedByDhcp(subnets, addresses.get(port.id) ?? []),
    })),
  );
  return ports.map(({ id }) => id);
}
