import { randomUUID } from 'node:crypto';
import type { ServerContext } from '../../context.ts';
import { fault } from '../../errors/index.ts';
import { checkRevision, lifecycle } from '../lifecycle.ts';
import type { Item, RequestContext, ResourceService } from '../service.ts';
import { bumpRevision, createStandardAttributes } from '../standardAttributes.ts';
import { transact, type Work } from '../work.ts';
import { checkGatewayNetwork, clearGateway, gatewayRequest, setGateway } from './gateway.ts';
import { addInterface, interfaceRequest, removeInterface } from './interfaces.ts';
import { type L3Parts, ROUTER_INTERFACES } from './parts.ts';
import { type Route, replaceRoutes } from './routes.ts';
import { findRouters, getRouter, presentRouter, presentRouters, type RouterRow } from './rows.ts';
import { badRouter, lockRouter } from './topology.ts';

export interface RouterSettings {
  readonly max_routes: number;
  readonly enable_snat_by_default: boolean;
}

/** Columns of `routers` that an update may set directly. */
const plainColumns = (changes: Item) => ({
  ...('name' in changes ? { name: changes.name as string } : {}),
  ...('admin_state_up' in changes ? { admin_state_up: changes.admin_state_up ? 1 : 0 } : {}),
});

/** What this server cannot do it refuses, rather than make a router that works otherwise than asked. */
function refuseUnsupported(item: Item): void {
  if (item.ha === true) throw badRouter('Highly available routers (ha) are not supported by this server');
  if (item.distributed === true) {
    throw badRouter(
      'Distributed routers (distributed) are not supported by this server: they need Open vSwitch',
    );
  }
}

/** The routers resource with its gateway, interfaces and extra routes. */
export function createRouterService(
  server: ServerContext,
  parts: L3Parts,
  settings: RouterSettings,
): ResourceService {
  const { db } = server;
  const events = lifecycle(server.hooks, 'router');

  /** Keeps others away from the router until the commit and counts the change; the row is as it was before. */
  async function take(work: Work, id: string): Promise<RouterRow> {
    await lockRouter(work.tx, id);
    const router = await getRouter(work.tx, work.context, id);
    checkRevision(work.context, router.revision_number);
    await bumpRevision(work.tx, [router.standard_attr_id]);
    return router;
  }

  const reread = async (work: Work, id: string) =>
    presentRouter(work.tx, await getRouter(work.tx, work.context, id));

  async function createOne(work: Work, item: Item): Promise<Item> {
    const { tx } = work;
    const project_id = item.tenant_id as string;
    await parts.quotas.check(tx, 'router', project_id);
    const id = randomUUID();
    await tx
      .insertInto('routers')
      .values({
        id,
        project_id,
        name: item.name as string,
        admin_state_up: item.admin_state_up === false ? 0 : 1,
        status: 'ACTIVE',
        standard_attr_id: await createStandardAttributes(
          tx,
          'routers',
          (item.description as string) ?? '',
          1,
        ),
        flavor_id: (item.flavor_id as string | null | undefined) ?? null,
      })
      .execute();
    await tx
      .insertInto('router_extra_attributes')
      .values({
        router_id: id,
        availability_zone_hints: JSON.stringify(item.availability_zone_hints ?? []),
      })
      .execute();
    const gateway = gatewayRequest(item.external_gateway_info);
    if (gateway) {
      const row = await getRouter(tx, work.context, id);
      await setGateway(parts, work, row, gateway, settings.enable_snat_by_default);
    }
    const created = await reread(work, id);
    if (gateway) await parts.notifier.updated(tx, work.context.rpc, [id]);
    return created;
  }

  async function updateIn(work: Work, id: string, changes: Item): Promise<Item> {
    const router = await take(work, id);
    const before = await presentRouter(work.tx, router);
    const values = plainColumns(changes);
    if (Object.keys(values).length > 0) {
      await work.tx.updateTable('routers').set(values).where('id', '=', id).execute();
    }
    if ('description' in changes) {
      await work.tx
        .updateTable('standardattributes')
        .set({ description: changes.description as string })
        .where('id', '=', router.standard_attr_id)
        .execute();
    }
    if ('external_gateway_info' in changes) {
      const gateway = gatewayRequest(changes.external_gateway_info);
      if (gateway) await setGateway(parts, work, router, gateway, settings.enable_snat_by_default);
      else await clearGateway(parts, work, router);
    }
    if ('routes' in changes) {
      await replaceRoutes(work.tx, id, (changes.routes ?? []) as Route[], settings.max_routes);
    }
    const after = await reread(work, id);
    await events.updated(work, before, after);
    await parts.notifier.updated(work.tx, work.context.rpc, [id]);
    return after;
  }

  async function deleteIn(work: Work, id: string): Promise<void> {
    const router = await take(work, id);
    const attached = await work.tx
      .selectFrom('routerports')
      .select('port_id')
      .where('router_id', '=', id)
      .where('port_type', 'in', [...ROUTER_INTERFACES])
      .orderBy('port_id')
      .execute();
    if (attached.length > 0) {
      const ids = attached.map(({ port_id }) => port_id).join(', ');
      throw fault('RouterInUse', { router_id: id, reason: `has ports still attached: ${ids}` });
    }
    await events.deleted(work, await presentRouter(work.tx, router));
    await clearGateway(parts, work, router);
    await work.tx.deleteFrom('routers').where('id', '=', id).execute();
    await work.tx.deleteFrom('standardattributes').where('id', '=', router.standard_attr_id).execute();
    await parts.notifier.deleted(work.tx, work.context.rpc, id);
  }

  /** What the caller names must be his to see before anything is locked. */
  async function checkVisible(context: RequestContext, request: ReturnType<typeof interfaceRequest>) {
    if (request.port_id !== undefined) await parts.ports.get(context, request.port_id);
    if (request.subnet_id !== undefined) await parts.subnets.get(context, request.subnet_id);
  }

  return {
    async list(context, query) {
      return presentRouters(db.kysely, await findRouters(db.kysely, context, query));
    },

    async get(context, id) {
      return presentRouter(db.kysely, await getRouter(db.kysely, context, id));
    },

    async create(context, items) {
      for (const item of items) {
        refuseUnsupported(item);
        const gateway = gatewayRequest(item.external_gateway_info);
        if (gateway) await checkGatewayNetwork(parts, context, gateway);
      }
      return transact(server, context, async (work) => {
        const created: Item[] = [];
        for (const item of items) created.push(await createOne(work, item));
        await events.created(work, created);
        return created;
      });
    },

    async update(context, id, changes) {
      if (Object.keys(changes).length === 0) {
        return presentRouter(db.kysely, await getRouter(db.kysely, context, id));
      }
      refuseUnsupported(changes);
      const gateway = gatewayRequest(changes.external_gateway_info);
      if (gateway) {
        await getRouter(db.kysely, context, id);
        await checkGatewayNetwork(parts, context, gateway);
      }
      return transact(server, context, (work) => updateIn(work, id, changes));
    },

    delete: (context, id) => transact(server, context, (work) => deleteIn(work, id)),

    actions: {
      async add_router_interface(context, id, body) {
        await getRouter(db.kysely, context, id);
        const request = interfaceRequest(body, false);
        await checkVisible(context, request);
        return transact(server, context, async (work) => {
          const added = await addInterface(parts, work, await take(work, id), request);
          await parts.notifier.updated(work.tx, context.rpc, [id]);
          return added;
        });
      },

      async remove_router_interface(context, id, body) {
        await getRouter(db.kysely, context, id);
        const request = interfaceRequest(body, true);
        return transact(server, context, async (work) => {
          const removed = await removeInterface(parts, work, await take(work, id), request);
          await parts.notifier.updated(work.tx, context.rpc, [id]);
          return removed;
        });
      },
    },
  };
}
