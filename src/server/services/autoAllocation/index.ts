import type { ServerContext } from '../../context.ts';
import { RetryTransaction } from '../../db/database.ts';
import { isDuplicate } from '../../db/errors.ts';
import { fault, NeutronError } from '../../errors/index.ts';
import { defaultExternalNetwork } from '../networks/defaultExternal.ts';
import type { NetworkService } from '../networks/index.ts';
import type { RouterService } from '../routers/index.ts';
import type { Item, RequestContext, Tx } from '../service.ts';
import { defaultPool } from '../subnetpools/rows.ts';
import type { SubnetService } from '../subnets/index.ts';
import { transact, type Work } from '../work.ts';

export interface AutoAllocationParts {
  readonly networks: NetworkService;
  readonly subnets: SubnetService;
  readonly routers: RouterService;
}

/** A network with subnets and a router to the outside, which a project gets without asking for each. */
export interface AutoAllocation {
  /** The project's topology, made when there is none. @throws NotAuthorized, AutoAllocationFailure (409) */
  get(context: RequestContext, project: string): Promise<Item>;
  /** Whether `get` could make one. @throws NotAuthorized, AutoAllocationFailure */
  check(context: RequestContext, project: string): Promise<Item>;
  /** Removes all of it, if there is any. @throws NotAuthorized */
  delete(context: RequestContext, project: string): Promise<void>;
}

interface Owner {
  readonly tenant_id: string;
  readonly project_id: string;
}

const NO_NETWORK = 'Unable to provide tenant private network';
const NO_ROUTER = 'Unable to provide external connectivity';

const failure = (reason: string) => fault('AutoAllocationFailure', { reason });

/** What a project gets, or the reason that Neutron gives, when `isUnmet` says that a requirement is not met. */
async function orFailure<Result>(
  work: Promise<Result>,
  isUnmet: (error: NeutronError) => boolean,
  reason: string,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof NeutronError && isUnmet(error) ? failure(reason) : error;
  }
}

async function ignoreNotFound(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof NeutronError && error.status === 404)) throw error;
  }
}

export function createAutoAllocation(
  server: ServerContext,
  { networks, subnets, routers }: AutoAllocationParts,
): AutoAllocation {
  const { kysely } = server.db;

  /** `None` is the caller's own project; another's is an administrator's business. */
  function projectOf({ isAdmin, projectId }: RequestContext, asked: string): string {
    const project = asked === 'None' ? projectId : asked;
    if (!isAdmin && project !== projectId) throw fault('NotAuthorized');
    return project;
  }

  const stored = (db: typeof kysely | Tx, project: string) =>
    db
      .selectFrom('auto_allocated_topologies')
      .selectAll()
      .where('project_id', '=', project)
      .executeTakeFirst();

  async function externalNetwork(): Promise<string> {
    const id = await defaultExternalNetwork(kysely);
    if (id === undefined) throw failure('No default router:external network');
    return id;
  }

  async function pools(db: typeof kysely | Tx, context: RequestContext) {
    const both = await Promise.all([4, 6].map((version) => defaultPool(db, context, version)));
    return both.filter((pool) => pool !== undefined);
  }

  async function makeNetwork(work: Work, owner: Owner): Promise<string> {
    const wish = { ...owner, name: 'auto_allocated_network', admin_state_up: true, shared: false };
    const [network] = await networks.createIn(work, [wish]);
    const network_id = network!.id as string;
    try {
      await work.tx
        .insertInto('auto_allocated_topologies')
        .values({ project_id: owner.project_id, network_id })
        .execute();
    } catch (error) {
      throw isDuplicate(error) ? new RetryTransaction('another request made the topology') : error;
    }
    return network_id;
  }

  /** A subnet of each default pool. */
  async function makeSubnets(work: Work, owner: Owner, network_id: string): Promise<Item[]> {
    const wanted = (await pools(work.tx, work.context)).map(({ id, ip_version }) => ({
      ...owner,
      name: `auto_allocated_subnet_v${ip_version}`,
      network_id,
      ip_version,
      subnetpool_id: id,
    }));
    if (wanted.length === 0) throw failure(NO_NETWORK);
    return subnets.createIn(work, wanted);
  }

  async function makeRouter(
    work: Work,
    owner: Owner,
    external: string,
    inside: readonly Item[],
  ): Promise<void> {
    const [router] = await routers.createIn(work, [
      {
        ...owner,
        name: 'auto_allocated_router',
        admin_state_up: true,
        external_gateway_info: { network_id: external },
      },
    ]);
    const router_id = router!.id as string;
    for (const { id } of inside) await routers.addInterfaceIn(work, router_id, { subnet_id: id as string });
    await work.tx
      .updateTable('auto_allocated_topologies')
      .set({ router_id })
      .where('project_id', '=', owner.project_id)
      .execute();
  }

  /** All of it in one transaction: of several requests at once the first makes it, and the others find it. */
  const build = (context: RequestContext, project: string, external: string): Promise<string> =>
    transact(server, context, async (work) => {
      const known = await stored(work.tx, project);
      if (known !== undefined) return known.network_id;
      const owner = { tenant_id: project, project_id: project };
      const network = await makeNetwork(work, owner);
      const inside = await orFailure(
        makeSubnets(work, owner, network),
        ({ type, status }) => type === 'SubnetAllocationError' || status === 400 || status === 404,
        NO_NETWORK,
      );
      await orFailure(makeRouter(work, owner, external, inside), ({ status }) => status === 400, NO_ROUTER);
      return network;
    });

  /** Removes a topology; who else removes it at the time is no hindrance. */
  async function clear(context: RequestContext, network: string, router: string | null): Promise<void> {
    if (router !== null) {
      for (const { id } of await subnets.listIn(kysely, { network_id: [network] })) {
        await ignoreNotFound(routers.actions!.remove_router_interface!(context, router, { subnet_id: id }));
      }
      await ignoreNotFound(routers.delete!(context, router));
    }
    await ignoreNotFound(networks.delete!(context, network));
  }

  return {
    async get(context, asked) {
      const project = projectOf(context, asked);
      const known = await stored(kysely, project);
      const id = known?.network_id ?? (await build(context, project, await externalNetwork()));
      return { id, tenant_id: project, project_id: project };
    },
    async check(context, asked) {
      const project = projectOf(context, asked);
      await externalNetwork();
      if ((await pools(kysely, context)).length === 0) throw failure('No default subnetpools defined');
      return { id: 'dry-run=pass', tenant_id: project };
    },
    async delete(context, asked) {
      const known = await stored(kysely, projectOf(context, asked));
      if (known !== undefined) await clear(context, known.network_id, known.router_id);
    },
  };
}
