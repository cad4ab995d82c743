import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError, NoSuchPath } from '../errors.ts';
import type { Api, Query } from '../http/api.ts';
import { type Dict, str } from '../python/value.ts';
import { floatingip, network, port, type Resource, router, securityGroup } from '../resources.ts';
import { isOver, NAME, TRACE_NAME } from './label.ts';
import { INTERFACES } from './stageRouter.ts';

/** What hangs on an object may take the agents a moment to let go. */
const TRIES = 5;
const PAUSE = 400;

/** Removes what verify made, found by its label, in the reverse order of making. Returns what is still there, and why. */
export const removeOwn = (api: Api, label: string): Promise<string[]> =>
  removeAll(api, (description) => description === label);

/** The same for what was left by one that was killed, and the ports of traces of a server that was. */
export async function removeLeftovers(api: Api): Promise<string[]> {
  const left = await removeAll(api, (description) => isOver(description));
  const traced = await api.list(port.plural, port.path, { name: TRACE_NAME, device_owner: 'compute:probe' });
  const old = traced.filter(({ created_at: made }) => Date.now() - Date.parse(str(made ?? null)) > 600_000);
  return [...left, ...(await removeEach(api, port, old))];
}

async function removeAll(api: Api, mine: (description: string) => boolean): Promise<string[]> {
  const find = async (resource: Resource, query: Query = { name: NAME }): Promise<Dict[]> => {
    const found = await api.list(resource.plural, resource.path, query).catch(noneIfUnknown);
    return found.filter(({ description }) => mine(str(description ?? null)));
  };
  const [floating, ports, routers, networks, groups] = await Promise.all([
    find(floatingip, { fields: ['id', 'description'] }),
    find(port),
    find(router),
    find(network),
    find(securityGroup),
  ]);
  const left = [...(await removeEach(api, floatingip, floating))];
  await Promise.all(networks.map(({ id }) => leaveRouters(api, { network_id: id! })));
  await Promise.all(routers.map(({ id }) => leaveRouters(api, { device_id: id! })));
  for (const [resource, objects] of [
    [port, ports],
    [router, routers],
    [network, networks],
    [securityGroup, groups],
  ] as const)
    left.push(...(await removeEach(api, resource, objects)));
  return left;
}

/** A server without routers has neither those nor floating IPs. */
function noneIfUnknown(error: unknown): Dict[] {
  if (error instanceof NoSuchPath) return [];
  throw error;
}

/** Takes router interfaces away that are on such a network, or of such a router. */
async function leaveRouters(api: Api, query: Query): Promise<void> {
  const interfaces = await api.list(port.plural, port.path, { ...query, device_owner: INTERFACES });
  for (const { id, device_id } of interfaces)
    await api.put(`${router.path}/${str(device_id ?? null)}/remove_router_interface`, { port_id: id! });
}

async function removeEach(api: Api, resource: Resource, objects: readonly Dict[]): Promise<string[]> {
  const left = await Promise.all(
    objects.map(async ({ id }) => {
      const why = await remove(api, `${resource.path}/${str(id ?? null)}`);
      return why === undefined ? [] : [`${resource.name} ${str(id ?? null)}: ${why}`];
    }),
  );
  return left.flat();
}

async function remove(api: Api, path: string): Promise<string | undefined> {
  for (let left = TRIES; ; left -= 1) {
    try {
      await api.delete(path);
      return undefined;
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      if (error.status === 404) return undefined;
      if (error.status !== 409 || left === 1) return error.message.split('\n')[0]!;
      await sleep(PAUSE);
    }
  }
}
