import type { Kysely } from 'kysely';
import { core } from '../../../config/options/index.ts';
import { DHCP_PORT } from '../../../net/deviceOwners.ts';
import type { NetworkDict } from '../../../rpc/dicts.ts';
import { message } from '../../../rpc/interface.ts';
import { networkDelete, networkUpdate } from '../../../rpc/l2agent.ts';
import type { ServerContext } from '../../context.ts';
import { RetryTransaction } from '../../db/database.ts';
import { isForeignKeyViolation } from '../../db/errors.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { NetworkTypes } from '../../ml2/types/index.ts';
import { DHCP_AGENT } from '../agents/agent.ts';
import { settleHints } from '../agents/zones.ts';
import { extensionDrivers } from '../extensions/drivers.ts';
import { checkRevision, lifecycle } from '../lifecycle.ts';
import { inOrderOfIds, listRows, onlyIds } from '../listing.ts';
import { bindNewNetwork, rebindNetwork } from '../qos/bindings.ts';
import type { QuotaCheck } from '../quotas/enforcement.ts';
import type { SecurityGroupService } from '../securitygroups/index.ts';
import type { Item, ListQuery, RequestContext, ResourceService, Tx } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { transact, type Work } from '../work.ts';
import { insertNetworks, type NewNetwork } from './create.ts';
import { presentNetworks } from './present.ts';
import { createNetworkReads, type ServedNetwork } from './reads.ts';
import { type LoadedNetwork, type NetworkRow, networkShape, segmentsOf, visibleNetworks } from './rows.ts';
import { writeNetwork } from './update.ts';

/** What networks need of other services. */
export interface NetworkNeighbours {
  readonly types: NetworkTypes;
  readonly quotas: QuotaCheck;
  readonly askDefaultGroups: SecurityGroupService['askDefaults'];
  readonly deletePorts: (work: Work, ids: readonly string[]) => Promise<void>;
  readonly deleteSubnets: (work: Work, ids: readonly string[]) => Promise<void>;
}

export interface NetworkService extends ResourceService {
  createIn(work: Work, items: readonly Item[]): Promise<Item[]>;
  updateIn(work: Work, id: string, changes: Item): Promise<Item>;
  deleteIn(work: Work, id: string): Promise<void>;
  /** Whole items of every project, standard_attr_id included; `shared` is meant for `projectId`. */
  listIn(
    db: Kysely<Database>,
    filters: Record<string, readonly unknown[]>,
    projectId?: string,
  ): Promise<Item[]>;
  getIn(db: Kysely<Database>, id: string): Promise<Item | undefined>;
  servedIn(db: Kysely<Database>, id: string): Promise<ServedNetwork>;
}

/** Changes that agents apply to all ports of the network. */
const TOLD = ['mtu', 'qos_policy_id'];
const FLAGS = ['shared', 'router:external', 'is_default'];

/** What is no column of the network counts as a change only when it differs; segments never do, once made. */
const isAsBefore = (item: Item, key: string, value: unknown): boolean =>
  key === 'segments' || (FLAGS.includes(key) && value === (item[key] ?? false));

export function createNetworkService(
  server: ServerContext,
  { types, quotas, askDefaultGroups, deletePorts, deleteSubnets }: NetworkNeighbours,
): NetworkService {
  const life = lifecycle(server.hooks, 'network');
  const { outbox, db } = server;
  const defaultZones = server.config.group(core).default_availability_zones;
  const drivers = extensionDrivers(server.config);
  const reads = createNetworkReads(drivers);

  async function find(
    connection: Kysely<Database>,
    context: RequestContext,
    id: string,
  ): Promise<LoadedNetwork> {
    const network = await reads.byId(connection, id, context);
    if (network === undefined) throw fault('NetworkNotFound', { net_id: id });
    return network;
  }

  const rowsOf = (connection: Kysely<Database>, filters: ListQuery['filters'], projectId: string) =>
    listRows(reads.query(connection), networkShape({ projectId }), { filters, sorts: [] });

  const listIn: NetworkService['listIn'] = async (connection, filters, projectId = '') => {
    const ids = onlyIds(filters);
    const found = ids
      ? await reads.byIds(connection, ids, projectId)
      : await reads.load(connection, await rowsOf(connection, filters, projectId), projectId);
    return inOrderOfIds(found.map(({ item }) => item));
  };

  /** Empties the network of what goes with it; throws NetworkInUse when something else is left. */
  async function clear(work: Work, id: string): Promise<void> {
    const ports = await work.tx
      .selectFrom('ports')
      .select(['id', 'device_owner'])
      .where('network_id', '=', id)
      .orderBy('device_owner')
      .orderBy('id')
      .execute();
    const used = ports.filter(({ device_owner }) => device_owner !== DHCP_PORT);
    if (used.length > 0) {
      const names = used.map((port) => port.id).join(',');
      const reason = `There are one or more ports still in use on the network, id for these ports is: ${names}`;
      throw fault('NetworkInUse', { net_id: id, reason });
    }
    await deletePorts(
      work,
      ports.map((port) => port.id),
    );
    const subnets = await work.tx.selectFrom('subnets').select('id').where('network_id', '=', id).execute();
    await deleteSubnets(
      work,
      subnets.map((subnet) => subnet.id),
    );
  }

  async function insertHinted(tx: Tx, items: readonly Item[]): Promise<NewNetwork[]> {
    const hinted: Item[] = [];
    for (const item of items) {
      const zones = await settleHints(tx, DHCP_AGENT, item.availability_zone_hints, defaultZones);
      hinted.push({ ...item, availability_zone_hints: zones });
    }
    return insertNetworks(tx, types, hinted);
  }

  const service: NetworkService = {
    async list(context, query) {
      const rows = await listRows(
        reads.query(db.kysely).where(visibleNetworks(context)),
        networkShape(context),
        query,
      );
      return (await reads.load(db.kysely, rows, context.projectId)).map(({ item }) => item);
    },
    get: async (context, id) => (await find(db.kysely, context, id)).item,
    listIn,
    getIn: async (connection, id) => (await reads.byId(connection, id))?.item,
    servedIn: (connection, id) => reads.served(connection, id),

    async createIn(work, items) {
      const projects = [...new Set(items.map((item) => item.tenant_id as string))];
      const ensureGroups = await askDefaultGroups(work, projects);
      const made = await insertHinted(work.tx, items);
      await ensureGroups(projects);
      const rows: NetworkRow[] = [];
      for (const [at, { row }] of made.entries()) {
        const { tenant_id: projectId, qos_policy_id: policy } = items[at]! as Item & { tenant_id: string };
        const wanted = { id: row.id, projectId, policy };
        const qos_policy_id = drivers.qos
          ? await bindNewNetwork(work.tx, work.context, drivers.qos, wanted)
          : null;
        rows.push({ ...row, qos_policy_id });
      }
      const segments = made.flatMap((network) => network.segments);
      const shared = made.flatMap(({ row, isShared }) => (isShared ? [{ object_id: row.id }] : []));
      // Only the answers to those who may set it show is_default of a network that is not external.
      const created = presentNetworks(rows, [segments, [], shared, [], []], drivers).map(({ item }, at) => ({
        is_default: items[at]!.is_default === true,
        ...item,
      }));
      await life.created(work, created);
      return created;
    },
    create: (context, items) =>
      transact(server, context, async (work) => {
        for (const { tenant_id } of items) quotas.check(work.tx, 'network', tenant_id as string);
        return service.createIn(work, items);
      }),

    async updateIn(work, id, changes) {
      const before = await find(work.tx, work.context, id);
      await checkRevision(work, before.row);
      const shown = (item: Item) =>
        'is_default' in changes ? { is_default: changes.is_default, ...item } : item;
      if (Object.entries(changes).every(([key, value]) => isAsBefore(before.item, key, value))) {
        return shown(before.item);
      }
      await writeNetwork(work.tx, types, before, changes);
      if (drivers.qos && 'qos_policy_id' in changes) {
        const policyId = changes.qos_policy_id as string | null;
        await rebindNetwork(work.tx, work.context, drivers.qos, before.row, policyId);
      }
      await bumpRevision(work.tx, [before.row.standard_attr_id], changes.description as string | undefined);
      const { item } = await find(work.tx, work.context, id);
      if (TOLD.some((name) => item[name] !== before.item[name])) {
        const network = item as unknown as NetworkDict;
        const cast = message(networkUpdate, 'network_update', { network }, { fanout: true });
        await outbox.add(work.tx, { ...cast, context: work.context.rpc });
      }
      await life.updated(work, before.item, item);
      return shown(item);
    },
    update: (context, id, changes) =>
      transact(server, context, (work) => service.updateIn(work, id, changes)),

    async deleteIn(work, id) {
      const { tx } = work;
      const { row, item } = await find(tx, work.context, id);
      await checkRevision(work, row);
      await life.deleted(work, item);
      await clear(work, id);
      const segments = await segmentsOf(tx, [id]);
      await types.release(tx, segments);
      const rows = [row.standard_attr_id, ...segments.map((segment) => segment.standard_attr_id)];
      try {
        // Everything of the network hangs on its standard attributes and goes with them.
        const deletion = tx.deleteFrom('standardattributes').where('id', 'in', rows);
        const { numDeletedRows } = await deletion.executeTakeFirstOrThrow();
        // What was released above may be somebody else's by now; the next attempt finds no network.
        if (numDeletedRows < rows.length) throw new RetryTransaction('the network was just deleted');
      } catch (error) {
        // A port has just come: one of an agent goes with the network, for any other the next attempt refuses.
        throw isForeignKeyViolation(error)
          ? new RetryTransaction('a port has just come to the network')
          : error;
      }
      const cast = message(networkDelete, 'network_delete', { network_id: id }, { fanout: true });
      await outbox.add(tx, { ...cast, context: work.context.rpc });
    },
    delete: (context, id) => transact(server, context, (work) => service.deleteIn(work, id)),
  };
  return service;
}
