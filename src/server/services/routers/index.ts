import { isDeepStrictEqual } from 'node:util';
import { ROUTER_INTERFACES } from '../../../net/deviceOwners.ts';
import type { ServerContext } from '../../context.ts';
import { fault } from '../../errors/index.ts';
import { checkRevision, lifecycle } from '../lifecycle.ts';
import type { Item, RequestContext, ResourceService } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { transact, type Work } from '../work.ts';
import { addInterface } from './addInterface.ts';
import { changeKind } from './changeKind.ts';
import { createRouter } from './create.ts';
import { syncSnatPorts } from './dvr.ts';
import { checkGatewayNetwork, clearGateway, gatewayRequest, setGateway } from './gateway.ts';
import { type InterfaceRequest, interfaceRequest } from './interfaceRequest.ts';
import { checkKindChange } from './kind.ts';
import type { L3Parts } from './parts.ts';
import { removeInterface } from './removeInterface.ts';
import {
  mergedRoutes,
  type Route,
  remainingRoutes,
  replaceRoutes,
  routesRequest,
  sortedRoutes,
} from './routes.ts';
import { findRouters, getRouter, presentRouter, presentRouters, type RouterRow } from './rows.ts';
import type { RouterSettings } from './settings.ts';
import { lockRouter } from './topology.ts';

/** Columns of `routers` that an update may set directly. */
const plainColumns = (changes: Item) => ({
  ...('name' in changes ? { name: changes.name as string } : {}),
  ...('admin_state_up' in changes ? { admin_state_up: changes.admin_state_up ? 1 : 0 } : {}),
});

export interface RouterService extends ResourceService {
  createIn(work: Work, items: readonly Item[]): Promise<Item[]>;
  addInterfaceIn(work: Work, id: string, request: InterfaceRequest): Promise<Item>;
}

/** How many revisions Neutron counts beside those of the gateway: a value that is set to what it was counts too. */
function revisions(before: Item, changes: Item): number {
  const given = (name: string) => name in changes && changes[name] !== null;
  const written = ['name', 'admin_state_up', 'description', 'ha', 'distributed'].some(given);
  const routed = 'routes' in changes && !isDeepStrictEqual(before.routes, sortedRoutes(changes.routes));
  return (written ? 1 : 0) + (routed ? 1 : 0);
}

/** The routers resource with its gateway, interfaces and extra routes. */
export function createRouterService(
  server: ServerContext,
  parts: L3Parts,
  settings: RouterSettings,
): RouterService {
  const { db } = server;
  const events = lifecycle(server.hooks, 'router');

  /** Keeps others away from the router until the commit; the row as it is before the change. */
  async function take(work: Work, id: string): Promise<RouterRow> {
    await lockRouter(work.tx, id);
    const router = await getRouter(work.tx, work.context, id);
    await checkRevision(work, router);
    return router;
  }

  const reread = async (work: Work, id: string) =>
    presentRouter(work.tx, await getRouter(work.tx, work.context, id));

  async function writeColumns({ tx }: Work, router: RouterRow, changes: Item): Promise<void> {
    const values = plainColumns(changes);
    if (Object.keys(values).length > 0) {
      await tx.updateTable('routers').set(values).where('id', '=', router.id).execute();
    }
    if ('description' in changes) {
      await tx
        .updateTable('standardattributes')
        .set({ description: changes.description as string })
        .where('id', '=', router.standard_attr_id)
        .execute();
    }
  }

  /** `changesOf` sees the router locked, so what it adds to or removes from a list is not lost to another request. */
  async function updateIn(work: Work, id: string, changesOf: (before: Item) => Item): Promise<Item> {
    const { tx } = work;
    const router = await take(work, id);
    const before = await presentRouter(tx, router);
    const changes = changesOf(before);
    checkKindChange(router, changes);
    await parts.providers.change(tx, router, changes);
    await writeColumns(work, router, changes);
    if ('external_gateway_info' in changes) {
      const gateway = gatewayRequest(changes.external_gateway_info);
      if (gateway) await setGateway(parts, work, router, gateway, settings.enable_snat_by_default);
      else {
        await clearGateway(parts, work, router);
        await bumpRevision(tx, [router.standard_attr_id]);
      }
      if (router.distributed) await syncSnatPorts(parts, work, id);
    }
    if ('routes' in changes) {
      await replaceRoutes(tx, id, (changes.routes ?? []) as Route[], settings.max_routes);
    }
    await changeKind(parts, work, router, changes);
    const count = revisions(before, changes);
    if (count > 0) await bumpRevision(tx, [router.standard_attr_id], undefined, count);
    const after = await reread(work, id);
    if (!isDeepStrictEqual(before, after)) await events.updated(work, before, after);
    await parts.notifier.updated(work, [id]);
    return after;
  }

  async function deleteIn(work: Work, id: string): Promise<void> {
    const router = await take(work, id);
    const attached = await work.tx
      .selectFrom('routerports')
      .select('port_id')
      .where('router_id', '=', id)
      .where('port_type', 'in', ROUTER_INTERFACES)
      .orderBy('port_id')
      .execute();
    if (attached.length > 0) {
      const ids = attached.map(({ port_id }) => port_id).join(', ');
      throw fault('RouterInUse', { router_id: id, reason: `has ports still attached: ${ids}` });
    }
    await events.deleted(work, await presentRouter(work.tx, router));
    await clearGateway(parts, work, router);
    if (router.ha) await parts.ha.release(work, router);
    await parts.providers.release(work.tx, id);
    await work.tx.deleteFrom('routers').where('id', '=', id).execute();
    await work.tx.deleteFrom('standardattributes').where('id', '=', router.standard_attr_id).execute();
    await parts.notifier.deleted(work, id);
  }

  /** Connects or disconnects; both count as a change of the router. */
  async function changeInterfaces(
    work: Work,
    id: string,
    change: (router: RouterRow) => Promise<Item>,
  ): Promise<Item> {
    const router = await take(work, id);
    await bumpRevision(work.tx, [router.standard_attr_id]);
    const answer = await change(router);
    if (router.distributed) await syncSnatPorts(parts, work, id);
    await parts.notifier.updated(work, [id]);
    return answer;
  }

  const createIn: RouterService['createIn'] = async (work, items) => {
    const created: Item[] = [];
    for (const item of items) created.push(await createRouter(parts, work, item, settings));
    await events.created(work, created);
    return created;
  };

  const addInterfaceIn: RouterService['addInterfaceIn'] = (work, id, request) =>
    changeInterfaces(work, id, (router) => addInterface(parts, work, router, request));

  /** Changes the extra routes by what the body names; the answer is the router, also when nothing changed. */
  async function changeRoutes(
    context: RequestContext,
    id: string,
    body: Item,
    combine: (old: readonly Route[], named: readonly Route[]) => readonly Route[],
  ): Promise<Item> {
    const named = routesRequest(body);
    const router = await transact(server, context, (work) =>
      updateIn(work, id, ({ routes }) => ({ routes: combine(routes as Route[], named) })),
    );
    return { router };
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
        const gateway = gatewayRequest(item.external_gateway_info);
        if (gateway) await checkGatewayNetwork(parts, context, gateway);
      }
      return transact(server, context, (work) => createIn(work, items));
    },
    createIn,
    addInterfaceIn,

    async update(context, id, changes) {
      if (Object.keys(changes).length === 0) {
        return presentRouter(db.kysely, await getRouter(db.kysely, context, id));
      }
      const gateway = gatewayRequest(changes.external_gateway_info);
      if (gateway) {
        await getRouter(db.kysely, context, id);
        await checkGatewayNetwork(parts, context, gateway);
      }
      return transact(server, context, (work) => updateIn(work, id, () => changes));
    },

    delete: (context, id) => transact(server, context, (work) => deleteIn(work, id)),

    actions: {
      async add_router_interface(context, id, body) {
        await getRouter(db.kysely, context, id);
        const request = interfaceRequest(body, false);
        await checkVisible(context, request);
        return transact(server, context, (work) => addInterfaceIn(work, id, request));
      },

      async remove_router_interface(context, id, body) {
        await getRouter(db.kysely, context, id);
        const request = interfaceRequest(body, true);
        return transact(server, context, (work) =>
          changeInterfaces(work, id, (router) => removeInterface(parts, work, router, request)),
        );
      },

      add_extraroutes: (context, id, body) => changeRoutes(context, id, body, mergedRoutes),
      remove_extraroutes: (context, id, body) => changeRoutes(context, id, body, remainingRoutes),
    },
  };
}
