import { fault } from '../../errors/index.ts';
import type { Queries } from '../../scheduling/agents.ts';
import { nextProvider } from '../flavors/bindings.ts';
import { kindMade, type ServiceProvider } from '../flavors/providers.ts';
import type { Item, Tx } from '../service.ts';
import { type Kind, kindOf, wantedKind } from './kind.ts';
import type { RouterRow } from './rows.ts';

/** Which provider serves which router: the one of its flavor, else the first that makes such routers. */
export interface RouterProviders {
  /** The provider of a router to be made; throws InvalidInput when its flavor's cannot make what is asked for. */
  choose(queries: Queries, item: Item): Promise<ServiceProvider>;
  /** Remembers the provider of a new router. */
  assign(tx: Tx, routerId: string, provider: ServiceProvider): Promise<void>;
  /** Finds the router another provider when ha or distributed change; a flavor's router keeps its own. */
  change(tx: Tx, router: RouterRow, changes: Item): Promise<void>;
  /** Forgets a router. */
  release(tx: Tx, routerId: string): Promise<void>;
}

const FLAGS = ['distributed', 'ha'] as const;
const python = (flag: unknown) => (flag ? 'True' : 'False');

/** @param byDefault what a router is when its body does not say: options l3_ha and router_distributed */
export function createRouterProviders(
  providers: readonly ServiceProvider[],
  byDefault: Kind,
): RouterProviders {
  const ofKind = (kind: Kind): ServiceProvider => {
    const inOrder = [...providers].sort((a, b) => Number(b.default) - Number(a.default));
    return inOrder.find((provider) => FLAGS.every((flag) => kindMade(provider)[flag] === kind[flag]))!;
  };

  /** The flag that the body sets and the provider does not make. */
  const refused = (provider: ServiceProvider, body: Item) =>
    FLAGS.find((flag) => typeof body[flag] === 'boolean' && body[flag] !== kindMade(provider)[flag]);

  async function assign(tx: Tx, resource_id: string, { name }: ServiceProvider): Promise<void> {
    await tx
      .insertInto('providerresourceassociations')
      .values({ resource_id, provider_name: name })
      .execute();
  }

  async function assigned(tx: Tx, routerId: string): Promise<ServiceProvider | undefined> {
    const row = await tx
      .selectFrom('providerresourceassociations')
      .select('provider_name')
      .where('resource_id', '=', routerId)
      .executeTakeFirst();
    return providers.find(({ name }) => name === row?.provider_name);
  }

  async function release(tx: Tx, routerId: string): Promise<void> {
    await tx.deleteFrom('providerresourceassociations').where('resource_id', '=', routerId).execute();
  }

  return {
    async choose(queries, item) {
      const provider =
        item.flavor_id === undefined
          ? ofKind(wantedKind(item, byDefault))
          : await nextProvider(queries, providers, item.flavor_id);
      const flag = refused(provider, item);
      if (flag === undefined) return provider;
      const error_message = `Provider ${provider.name} does not support ${flag}=${python(item[flag])}`;
      throw fault('InvalidInput', { error_message });
    },

    assign,

    async change(tx, router, changes) {
      const now = kindOf(router);
      if (refused((await assigned(tx, router.id)) ?? ofKind(now), changes) === undefined) return;
      if (router.flavor_id !== null) {
        const error_message =
          "Changing the 'ha' and 'distributed' attributes on a router associated with a flavor is not supported";
        throw fault('InvalidInput', { error_message });
      }
      await release(tx, router.id);
      await assign(tx, router.id, ofKind(wantedKind(changes, now)));
    },

    release,
  };
}
