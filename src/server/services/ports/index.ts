import type { Kysely } from 'kysely';
import { core } from '../../../config/options/index.ts';
import { REPLICATED_INTERFACE } from '../../../net/deviceOwners.ts';
import { isUnbound } from '../../../net/vifTypes.ts';
import { message } from '../../../rpc/interface.ts';
import { portDelete } from '../../../rpc/l2agent.ts';
import type { ServerContext } from '../../context.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import type { PortBinder } from '../../ml2/binding.ts';
import type { Mechanisms } from '../../ml2/mechanisms/index.ts';
import { membersUpdated } from '../../notify/securityGroups.ts';
import { extensionDrivers } from '../extensions/drivers.ts';
import { checkRevision, lifecycle } from '../lifecycle.ts';
import { inOrderOfIds, listRows, onlyIds } from '../listing.ts';
import type { QuotaCheck } from '../quotas/enforcement.ts';
import type { SecurityGroupService } from '../securitygroups/index.ts';
import type { Item, RequestContext, ResourceService } from '../service.ts';
import { transact, type Work } from '../work.ts';
import { insertPorts } from './create.ts';
import { checkNotOwned, removePorts } from './delete.ts';
import { portLists } from './lists.ts';
import { lockPorts } from './lock.ts';
import { checkDevices } from './ownership.ts';
import { written } from './present.ts';
import { createPortReads } from './reads.ts';
import { type Port, portShape } from './rows.ts';
import { createPortStatuses, type PortStatuses } from './status.ts';
import { writePort } from './update.ts';
import type { ProvisioningEntity } from './write.ts';

/** What ports need of other parts. */
export interface PortNeighbours {
  readonly quotas: QuotaCheck;
  readonly groups: SecurityGroupService;
  readonly binder: PortBinder;
  readonly mechanisms: Mechanisms;
}

export interface PortService extends ResourceService {
  readonly statuses: PortStatuses;
  createIn(work: Work, item: Item): Promise<Port>;
  createManyIn(work: Work, items: readonly Item[]): Promise<Port[]>;
  updateIn(work: Work, id: string, changes: Item): Promise<Port>;
  /** Changes a port as it then is, unless it has gone meanwhile: for ports that were listed before. */
  updateIfPresent(work: Work, id: string, changesOf: (before: Port) => Item): Promise<Port | undefined>;
  deleteIn(work: Work, id: string): Promise<void>;
  deleteManyIn(work: Work, ids: readonly string[]): Promise<void>;
  /** Takes a subnet's addresses from a port. */
  leaveSubnet(work: Work, id: string, subnetId: string): Promise<void>;
  getIn(db: Kysely<Database>, id: string): Promise<Port | undefined>;
  /** Whole items of every project, standard_attr_id included. */
  listIn(db: Kysely<Database>, filters: Record<string, readonly unknown[]>): Promise<Port[]>;
  /** Puts a port on a host and binds it there; the port as it then is. */
  bindHost(context: RequestContext, id: string, host: string): Promise<Port>;
  /** An entity has done its part for a port; see PortStatuses. */
  provisioned(context: RequestContext, id: string, entity: ProvisioningEntity): Promise<void>;
}

/** Changes after which filters of other ports may differ. */
const MEMBERSHIP = ['security_groups', 'fixed_ips', 'mac_address', 'allowed_address_pairs'];

const differ = (before: Item, after: Item, keys: readonly string[]): boolean =>
  keys.some((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));

/** Whether a port waits for a binding: each write to it is a new try, and so is each question of its host's agent. */
const waitsForBinding = (port: Item): boolean => isUnbound(port['binding:vif_type'] as string);

export function createPortService(
  server: ServerContext,
  { quotas, groups, binder, mechanisms }: PortNeighbours,
): PortService {
  const life = lifecycle(server.hooks, 'port');
  const { db, outbox, config } = server;
  const drivers = extensionDrivers(config);
  const reads = createPortReads(drivers);
  const statuses = createPortStatuses({ mechanisms, outbox, life, reads });
  const baseMac = config.group(core).base_mac;

  const listIn: PortService['listIn'] = async (connection, filters) => {
    const ids = onlyIds(filters);
    if (ids) return inOrderOfIds(await reads.byIds(connection, ids));
    const rows = await listRows(reads.query(connection), portShape, { filters, sorts: [] });
    return reads.load(connection, rows);
  };

  const getIn: PortService['getIn'] = (connection, id) => reads.byId(connection, id);

  async function find(connection: Kysely<Database>, context: RequestContext, id: string): Promise<Port> {
    const port = await reads.byId(connection, id, context);
    if (port === undefined) throw fault('PortNotFound', { port_id: id });
    return port;
  }

  async function tellMembers({ tx, context }: Work, ports: readonly Port[]): Promise<void> {
    const cast = await membersUpdated(tx, context.rpc, ports);
    if (cast !== undefined) await outbox.add(tx, cast);
  }

  async function change(work: Work, before: Port, changes: Item, dropped?: string): Promise<Port> {
    const { tx, context } = work;
    if (Object.keys(changes).length === 0) return before;
    const moves = 'binding:host_id' in changes && changes['binding:host_id'] !== before['binding:host_id'];
    // A replicated interface is bound to where its router is active now; it stays wired where it was.
    if (moves && before.device_owner !== REPLICATED_INTERFACE) await statuses.leave(work, [before]);
    const wiredByAgent = (vnicType: string, host: string) => binder.wiredByAgent(tx, vnicType, host);
    const maker = { baseMac, wiredByAgent, drivers };
    const { rebind } = await writePort(tx, context, before, changes, maker, dropped);
    const after = (await getIn(tx, before.id))!;
    if (differ(before, after, MEMBERSHIP)) {
      await tellMembers(work, [before, after]);
      await statuses.moved(work, before, after);
    }
    if ((rebind || waitsForBinding(after)) && after['binding:host_id'] !== '') {
      work.after(() => binder.bind(context, after.id, { notify: true }));
    } else {
      const notice = await binder.updateNotice(tx, context, after);
      if (notice !== undefined) await outbox.add(tx, notice);
    }
    await life.updated(work, before, after);
    return after;
  }

  const service: PortService = {
    statuses,
    listIn,
    getIn,
    ...portLists(db.kysely, reads),
    get: (context, id) => find(db.kysely, context, id),

    async createManyIn(work, items) {
      const { tx, context } = work;
      const given = items.map((item) => ({ ...item, tenant_id: item.tenant_id ?? item.project_id ?? '' }));
      const maker = {
        baseMac,
        drivers,
        askDefaultGroups: (projectIds: readonly string[]) => groups.askDefaults(work, projectIds),
        wiredByAgent: (vnicType: string, host: string) => binder.wiredByAgent(tx, vnicType, host),
      };
      const ids = await insertPorts(tx, context, maker, given);
      const loaded = await reads.byIds(tx, ids);
      const byId = new Map(loaded.map((port) => [port.id, port]));
      const created = ids.map((id) => byId.get(id)!);
      await tellMembers(work, created);
      await life.created(work, created);
      for (const port of created) {
        if (port['binding:host_id'] !== '') work.after(() => binder.bind(context, port.id));
      }
      return created;
    },
    createIn: async (work, item) => (await service.createManyIn(work, [item]))[0]!,
    async create(context, items) {
      const created = await transact(server, context, async (work) => {
        for (const { tenant_id } of items) quotas.check(work.tx, 'port', tenant_id as string);
        await checkDevices(work.tx, context, items);
        return service.createManyIn(work, items);
      });
      if (created.every((port) => port['binding:host_id'] === '')) return created;
      const bound = await listIn(db.kysely, { id: created.map(({ id }) => id) });
      const byId = new Map(bound.map((port) => [port.id, port]));
      return created.map((port) => written(byId.get(port.id) ?? port));
    },

    async updateIfPresent(work, id, changesOf) {
      await lockPorts(work.tx, [id]);
      const before = await getIn(work.tx, id);
      return before && change(work, before, changesOf(before));
    },
    async updateIn(work, id, changes) {
      const updated = await service.updateIfPresent(work, id, () => changes);
      if (updated === undefined) throw fault('PortNotFound', { port_id: id });
      return updated;
    },
    async update(context, id, changes) {
      const updated = await transact(server, context, async (work) => {
        await lockPorts(work.tx, [id]);
        const before = await find(work.tx, context, id);
        await checkRevision(work, before);
        if ('device_id' in changes || 'device_owner' in changes) {
          await checkDevices(work.tx, context, [{ ...before, ...changes }]);
        }
        return change(work, before, changes);
      });
      const tried =
        waitsForBinding(updated) || Object.keys(changes).some((key) => key.startsWith('binding:'));
      if (updated['binding:host_id'] === '' || !tried) return written(updated);
      return written((await getIn(db.kysely, id)) ?? updated);
    },
    async leaveSubnet(work, id, subnetId) {
      await lockPorts(work.tx, [id]);
      const before = await getIn(work.tx, id);
      if (before === undefined) return;
      const fixed_ips = before.fixed_ips.filter(({ subnet_id }) => subnet_id !== subnetId);
      await change(work, before, { fixed_ips }, subnetId);
    },

    async deleteManyIn(work, ids) {
      if (ids.length === 0) return;
      const { tx, context } = work;
      await lockPorts(tx, ids);
      const ports = await listIn(tx, { id: ids });
      if (ports.length === 0) return;
      for (const port of ports) await life.deleted(work, port);
      await statuses.leave(work, ports);
      await tellMembers(work, ports);
      await removePorts(tx, ports);
      const casts = ports.map(({ id }) => ({
        ...message(portDelete, 'port_delete', { port_id: id }, { fanout: true }),
        context: context.rpc,
      }));
      await outbox.add(tx, ...casts);
    },
    deleteIn: (work, id) => service.deleteManyIn(work, [id]),
    delete: (context, id) =>
      transact(server, context, async (work) => {
        await lockPorts(work.tx, [id]);
        const port = await find(work.tx, context, id);
        await checkRevision(work, port);
        await checkNotOwned(work.tx, port);
        await service.deleteManyIn(work, [id]);
      }),

    async bindHost(context, id, host) {
      const port = await transact(server, context, (work) =>
        service.updateIn(work, id, { 'binding:host_id': host }),
      );
      await binder.bind(context, id, { notify: true });
      return (await getIn(db.kysely, id)) ?? port;
    },
    provisioned: (context, id, entity) =>
      transact(server, context, async (work) => {
        await lockPorts(work.tx, [id]);
        const port = await getIn(work.tx, id);
        if (port !== undefined) await statuses.provisioned(work, [port], entity);
      }),
  };
  return service;
}
