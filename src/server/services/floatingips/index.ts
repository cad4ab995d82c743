import { randomUUID } from 'node:crypto';
import { versionOf } from '../../../net/address.ts';
import { FLOATING_IP } from '../../../net/deviceOwners.ts';
import type { ServerContext } from '../../context.ts';
import { fault } from '../../errors/index.ts';
import { checkRevision, lifecycle } from '../lifecycle.ts';
import { fixedIpsOf } from '../neighbours.ts';
import type { L3Parts } from '../routers/parts.ts';
import type { Item, RequestContext, ResourceService } from '../service.ts';
import { bumpRevision, createStandardAttributes } from '../standardAttributes.ts';
import { transact, type Work } from '../work.ts';
import {
  type Association,
  associate,
  badFloatingIp,
  checkPortVisible,
  NOWHERE,
  store,
} from './association.ts';
import {
  type FloatingIpRow,
  findFloatingIps,
  floatingIpsBy,
  getFloatingIp,
  presentFloatingIps,
} from './rows.ts';

export interface FloatingIpService extends ResourceService {
  /** Removes those of a network, whoever's they are, that lead to no port. */
  deleteUnusedIn(work: Work, networkId: string): Promise<void>;
}

/** The floatingips resource. */
export function createFloatingIpService(server: ServerContext, parts: L3Parts): FloatingIpService {
  const { db } = server;
  const events = lifecycle(server.hooks, 'floatingip');

  async function show(queries: typeof db.kysely, context: RequestContext, id: string): Promise<Item> {
    const [item] = await presentFloatingIps(queries, [await getFloatingIp(queries, context, id)]);
    return item!;
  }

  const tellRouters = (work: Work, ...ids: (string | null)[]) =>
    parts.notifier.updated(
      work,
      ids.filter((id) => id !== null),
    );

  async function checkNetwork(context: RequestContext, item: Item): Promise<void> {
    const networkId = item.floating_network_id as string;
    const network = await parts.networks.get(context, networkId);
    if (network['router:external'] !== true) {
      throw badFloatingIp(`Network ${networkId} is not a valid external network`);
    }
    const v4 = await db.kysely
      .selectFrom('subnets')
      .select('id')
      .where('network_id', '=', networkId)
      .where('ip_version', '=', 4)
      .limit(1)
      .executeTakeFirst();
    if (v4 === undefined) throw badFloatingIp(`Network ${networkId} does not contain any IPv4 subnet`);
  }

  async function createPort(work: Work, item: Item, id: string): Promise<{ port: Item; address: string }> {
    const networkId = item.floating_network_id as string;
    const wanted = {
      ...(item.subnet_id ? { subnet_id: item.subnet_id } : {}),
      ...(item.floating_ip_address ? { ip_address: item.floating_ip_address } : {}),
    };
    const port = await parts.ports.createIn(work, {
      tenant_id: '',
      project_id: '',
      name: '',
      network_id: networkId,
      admin_state_up: true,
      device_id: id,
      device_owner: FLOATING_IP,
      status: 'N/A',
      ...(Object.keys(wanted).length > 0 ? { fixed_ips: [wanted] } : {}),
    });
    const v4 = fixedIpsOf(port).find(({ ip_address }) => versionOf(ip_address) === 4);
    if (v4 === undefined) throw fault('ExternalIpAddressExhausted', { net_id: networkId });
    return { port, address: v4.ip_address };
  }

  async function createOne(work: Work, item: Item): Promise<Item> {
    const { tx } = work;
    const id = randomUUID();
    const project_id = item.tenant_id as string;
    const floating_network_id = item.floating_network_id as string;
    parts.quotas.check(tx, 'floatingip', project_id);
    const { port, address: floating_ip_address } = await createPort(work, item, id);
    const description = (item.description as string | undefined) ?? '';
    await tx
      .insertInto('floatingips')
      .values({
        id,
        project_id,
        floating_ip_address,
        floating_network_id,
        floating_port_id: port.id as string,
        status: 'DOWN',
        standard_attr_id: await createStandardAttributes(tx, 'floatingips', description),
      })
      .execute();
    // Neutron tells the port whom it is for once the floating IP is there.
    await bumpRevision(tx, [port.standard_attr_id as number]);
    if (item.port_id) {
      const association = await associate(parts, work, {
        projectId: project_id,
        networkId: floating_network_id,
        portId: item.port_id as string,
        address: item.fixed_ip_address,
      });
      await store(work, { id, floating_ip_address, floating_network_id, router_id: null }, association);
      await tellRouters(work, association.router_id);
    }
    return show(tx, work.context, id);
  }

  async function remove(work: Work, row: FloatingIpRow): Promise<void> {
    const { tx } = work;
    const [item] = await presentFloatingIps(tx, [row]);
    await events.deleted(work, item!);
    await tx.deleteFrom('floatingips').where('id', '=', row.id).execute();
    await tx.deleteFrom('standardattributes').where('id', '=', row.standard_attr_id).execute();
    await parts.ports.deleteIn(work, row.floating_port_id);
    await tellRouters(work, row.router_id);
  }

  /** Others who change this floating IP wait here; what is read next is current. */
  const lock = ({ tx }: Work, id: string) =>
    tx
      .updateTable('floatingips')
      .set((e) => ({ status: e.ref('status') }))
      .where('id', '=', id)
      .execute();

  async function updateIn(work: Work, id: string, changes: Item): Promise<Item> {
    const { tx, context } = work;
    await lock(work, id);
    const row = await getFloatingIp(tx, context, id);
    await checkRevision(work, row);
    const [before] = await presentFloatingIps(tx, [row]);
    await bumpRevision(tx, [row.standard_attr_id], changes.description as string | undefined);
    // As in Neutron a request without any attribute disassociates, one that names others leaves the port alone.
    const portId =
      'port_id' in changes || Object.keys(changes).length === 0
        ? ((changes.port_id as string | null | undefined) ?? null)
        : row.fixed_port_id;
    const current: Association = row;
    const keeps = portId === row.fixed_port_id && !('fixed_ip_address' in changes);
    const association = keeps
      ? current
      : portId === null
        ? NOWHERE
        : await associate(parts, work, {
            projectId: row.project_id,
            networkId: row.floating_network_id,
            portId,
            address: changes.fixed_ip_address,
          });
    if (!keeps) {
      await store(work, row, association);
      await tellRouters(work, row.router_id, association.router_id);
    }
    const after = await show(tx, context, id);
    await events.updated(work, before!, after);
    return after;
  }

  return {
    async list(context, query) {
      return presentFloatingIps(db.kysely, await findFloatingIps(db.kysely, context, query));
    },

    get: (context, id) => show(db.kysely, context, id),

    async create(context, items) {
      for (const item of items) {
        await checkNetwork(context, item);
        await checkPortVisible(parts, context, item);
      }
      return transact(server, context, async (work) => {
        const created: Item[] = [];
        for (const item of items) created.push(await createOne(work, item));
        await events.created(work, created);
        return created;
      });
    },

    async update(context, id, changes) {
      const row = await getFloatingIp(db.kysely, context, id);
      const portId = 'port_id' in changes ? changes.port_id : row.fixed_port_id;
      await checkPortVisible(parts, context, { ...changes, port_id: portId });
      return transact(server, context, (work) => updateIn(work, id, changes));
    },

    delete: (context, id) =>
      transact(server, context, async (work) => {
        await lock(work, id);
        const row = await getFloatingIp(work.tx, context, id);
        await checkRevision(work, row);
        await remove(work, row);
      }),

    async deleteUnusedIn(work, networkId) {
      // Who associates one of them meanwhile waits here, and then finds it gone.
      await work.tx
        .updateTable('floatingips')
        .set((e) => ({ status: e.ref('status') }))
        .where('floating_network_id', '=', networkId)
        .where('fixed_port_id', 'is', null)
        .execute();
      const rows = await floatingIpsBy(work.tx, 'floating_network_id', [networkId]);
      for (const row of rows.filter(({ fixed_port_id }) => fixed_port_id === null)) await remove(work, row);
    },
  };
}
