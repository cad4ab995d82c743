import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { core } from '../../../config/options/index.ts';
import { parseAddress } from '../../../net/address.ts';
import { type Cidr, formatCidr, parseCidr } from '../../../net/cidr.ts';
import type { ServerContext } from '../../context.ts';
import type { Database } from '../../db/schema/index.ts';
import { together } from '../../db/together.ts';
import { fault } from '../../errors/index.ts';
import {
  checkGateway,
  checkGatewayAllocatable,
  checkPools,
  defaultGateway,
  defaultPools,
  type Pool,
} from '../../ipam/pools.ts';
import { extensionDrivers } from '../extensions/drivers.ts';
import { checkRevision, lifecycle } from '../lifecycle.ts';
import { listRows } from '../listing.ts';
import { visibleNetworks } from '../networks/rows.ts';
import type { QuotaCheck } from '../quotas/enforcement.ts';
import type { Item, RequestContext, ResourceService } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { transact, type Work } from '../work.ts';
import { checkAffinity } from './affinity.ts';
import { allocateBlock } from './allocateBlock.ts';
import { releaseSubnet } from './release.ts';
import { loadSubnets, subnetById, subnetQuery, subnetShape, subnetsById, visibleSubnets } from './rows.ts';
import { checkNewSubnet, checkSubnetChanges, isAutoAddress, type SubnetLimits } from './validation.ts';
import { lockedPoolFor, wantsPool } from './whichPool.ts';
import {
  checkGatewayFree,
  checkOverlaps,
  insertSubnets,
  lockSubnets,
  type NewSubnet,
  neighboursQuery,
  networkLock,
  writeSubnet,
} from './write.ts';

/** What subnets need of ports. */
export interface SubnetNeighbours {
  readonly quotas: QuotaCheck;
  readonly leaveSubnet: (work: Work, portId: string, subnetId: string) => Promise<void>;
  /** Gives existing ports of the network their address in a new subnet whose addresses follow from the MAC. */
  readonly addAutoAddresses: (work: Work, subnet: Item) => Promise<void>;
}

export interface SubnetService extends ResourceService {
  createIn(work: Work, items: readonly Item[]): Promise<Item[]>;
  updateIn(work: Work, id: string, changes: Item): Promise<Item>;
  /** Those that have gone already are passed over. */
  deleteIn(work: Work, ids: readonly string[]): Promise<void>;
  /** Whole items of every project, standard_attr_id included. */
  listIn(
    db: Kysely<Database>,
    filters: Record<string, readonly unknown[]>,
    projectId?: string,
  ): Promise<Item[]>;
  getIn(db: Kysely<Database>, id: string): Promise<Item | undefined>;
}

/** Decides what a new subnet leaves open: its pools. */
function settle(item: Item, cidr: Cidr, gateway: string | null, poolId: string | null): NewSubnet {
  const address = gateway === null ? undefined : parseAddress(gateway);
  const given = (item.allocation_pools ?? []) as Pool[];
  checkPools(given, cidr, address);
  if (address) checkGatewayAllocatable(cidr, address);
  const pools = given.length > 0 ? given : defaultPools(cidr, address);
  return { id: randomUUID(), item, cidr, gateway, poolId, pools };
}

/** A subnet whose block its creator names. */
function named(item: Item, cidr: Cidr): NewSubnet {
  const gateway = 'gateway_ip' in item ? (item.gateway_ip as string | null) : defaultGateway(cidr);
  return settle(item, cidr, gateway, null);
}

/** A subnet of a pool; `before` are those made in the same request. */
async function fromPool(work: Work, item: Item, before: readonly NewSubnet[]): Promise<NewSubnet> {
  const pool = await lockedPoolFor(work, item);
  const taken = before
    .filter(({ poolId }) => poolId === pool.id)
    .map((other) => ({ cidr: formatCidr(other.cidr), project_id: other.item.tenant_id as string }));
  const { cidr, gateway } = await allocateBlock(work.tx, pool, item, taken);
  return settle(item, cidr, gateway, pool.id);
}

export function createSubnetService(
  server: ServerContext,
  { quotas, leaveSubnet, addAutoAddresses }: SubnetNeighbours,
): SubnetService {
  const life = lifecycle(server.hooks, 'subnet');
  const { db, config } = server;
  const options = config.group(core);
  const drivers = extensionDrivers(config);
  const limits: SubnetLimits = {
    nameservers: options.max_dns_nameservers,
    routes: options.max_subnet_host_routes,
  };

  async function find(connection: Kysely<Database>, context: RequestContext, id: string): Promise<Item> {
    const item = await subnetById(connection, id, context, drivers);
    if (item === undefined) throw fault('SubnetNotFound', { subnet_id: id });
    return item;
  }

  const listIn: SubnetService['listIn'] = async (connection, filters, projectId = '') => {
    const rows = await listRows(subnetQuery(connection), subnetShape({ projectId }), { filters, sorts: [] });
    return loadSubnets(connection, rows, projectId, drivers);
  };

  /** Locks the networks of new subnets, which the caller must see: their rows, and the subnets that are there. */
  async function surroundings({ tx, context }: Work, ids: readonly string[]) {
    const visible = tx
      .selectFrom('networks')
      .select('id')
      .where('id', 'in', ids)
      .where(visibleNetworks(context));
    const [seen, networks, neighbours] = await together(
      tx,
      visible,
      networkLock(tx, ids),
      neighboursQuery(tx, ids),
    );
    const missing = ids.find((id) => !seen.some((network) => network.id === id));
    if (missing !== undefined) throw fault('NetworkNotFound', { net_id: missing });
    return { networks, neighbours };
  }

  const service: SubnetService = {
    async list(context, query) {
      const rows = await listRows(
        subnetQuery(db.kysely).where(visibleSubnets(context)),
        subnetShape(context),
        query,
      );
      return loadSubnets(db.kysely, rows, context.projectId, drivers);
    },
    get: (context, id) => find(db.kysely, context, id),
    listIn,
    getIn: async (connection, id) => (await listIn(connection, { id: [id] }))[0],

    async createIn(work, items) {
      const { tx } = work;
      const blocks = items.map((item) =>
        wantsPool(item, options.ipv6_pd_enabled) ? undefined : checkNewSubnet(item, limits),
      );
      const ids = [...new Set(items.map((item) => item.network_id as string))];
      const { networks, neighbours } = await surroundings(work, ids);
      const subnets: NewSubnet[] = [];
      for (const [at, item] of items.entries()) {
        const cidr = blocks[at];
        subnets.push(cidr ? named(item, cidr) : await fromPool(work, item, subnets));
      }
      checkOverlaps(neighbours, subnets);
      await checkAffinity(tx, neighbours, subnets);
      await insertSubnets(tx, subnets);
      await bumpRevision(
        tx,
        networks.map((network) => network.standard_attr_id),
      );
      const stored = await subnetsById(
        tx,
        subnets.map(({ id }) => id),
        work.context.projectId,
        drivers,
      );
      const created = subnets.map(({ id }) => stored.find((subnet) => subnet.id === id)!);
      for (const subnet of created) if (isAutoAddress(subnet)) await addAutoAddresses(work, subnet);
      await life.created(work, created);
      return created;
    },
    create: (context, items) =>
      transact(server, context, async (work) => {
        for (const { tenant_id } of items) quotas.check(work.tx, 'subnet', tenant_id as string);
        return service.createIn(work, items);
      }),

    async updateIn(work, id, changes) {
      const { tx, context } = work;
      await lockSubnets(tx, [id]);
      const before = await find(tx, context, id);
      await checkRevision(work, before);
      checkSubnetChanges(before, changes, limits);
      const cidr = parseCidr(before.cidr as string)!;
      const gateway = ('gateway_ip' in changes ? changes.gateway_ip : before.gateway_ip) as string | null;
      const pools = (changes.allocation_pools ?? before.allocation_pools) as Pool[];
      const address = gateway === null ? undefined : parseAddress(gateway);
      if (gateway !== null && gateway !== before.gateway_ip) await checkGatewayFree(tx, before);
      if ('allocation_pools' in changes) checkPools(pools, cidr, address);
      else if ('gateway_ip' in changes && address !== undefined) checkGateway(pools, address);
      await writeSubnet(tx, before, changes);
      const networks = await networkLock(tx, [before.network_id as string]).execute();
      await bumpRevision(
        tx,
        networks.map((network) => network.standard_attr_id),
      );
      const after = await find(tx, context, id);
      await life.updated(work, before, after);
      return after;
    },
    update: (context, id, changes) =>
      transact(server, context, (work) => service.updateIn(work, id, changes)),

    async deleteIn(work, ids) {
      if (ids.length === 0) return;
      // A port that is just getting an address waits for the subnet's row, and then finds it gone.
      await lockSubnets(work.tx, ids);
      for (const subnet of await listIn(work.tx, { id: ids })) {
        await checkRevision(work, subnet);
        await life.deleted(work, subnet);
        await releaseSubnet(work, subnet, leaveSubnet);
      }
    },
    delete: (context, id) =>
      transact(server, context, async (work) => {
        await lockSubnets(work.tx, [id]);
        await find(work.tx, context, id);
        await service.deleteIn(work, [id]);
      }),
  };
  return service;
}
