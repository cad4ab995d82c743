import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { type Scope, scoped } from './scope.ts';

/** What is known of a router from the database. */
export interface RouterFacts {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly snat: boolean;
  readonly ha: boolean;
  readonly distributed: boolean;
  readonly gatewayPort: string | null;
  readonly changed: string | null;
  /** Ids of the L3 agents that host it. */
  readonly agents: readonly string[];
  /** Of a highly available router: what each agent last said of its instance. */
  readonly instances: readonly { readonly agent: string | null; readonly state: string | null }[];
  /** Ids of its ports, the gateway's and those of high availability among them. */
  readonly ports: readonly string[];
}

const rowsOf = (db: Kysely<Database>, ids: readonly string[] | undefined) =>
  db
    .selectFrom('routers')
    .innerJoin('standardattributes', 'standardattributes.id', 'routers.standard_attr_id')
    .leftJoin('router_extra_attributes', 'router_extra_attributes.router_id', 'routers.id')
    .select([
      'routers.id',
      'routers.name',
      'routers.admin_state_up',
      'routers.enable_snat',
      'routers.gw_port_id',
      'router_extra_attributes.ha',
      'router_extra_attributes.distributed',
      'standardattributes.updated_at',
    ])
    .$if(ids !== undefined, (query) => query.where('routers.id', 'in', ids!))
    .execute();

const partsOf = (db: Kysely<Database>, ids: readonly string[] | undefined) =>
  Promise.all([
    db
      .selectFrom('routerl3agentbindings')
      .select(['router_id', 'l3_agent_id'])
      .$if(ids !== undefined, (query) => query.where('router_id', 'in', ids!))
      .orderBy('binding_index')
      .execute(),
    db
      .selectFrom('ha_router_agent_port_bindings')
      .select(['router_id', 'l3_agent_id', 'state'])
      .$if(ids !== undefined, (query) => query.where('router_id', 'in', ids!))
      .execute(),
    db
      .selectFrom('routerports')
      .select(['router_id', 'port_id'])
      .$if(ids !== undefined, (query) => query.where('router_id', 'in', ids!))
      .execute(),
  ]);

/** Routers with their agents and the ids of their ports: four queries. */
export const routerFacts = (db: Kysely<Database>, scope: Scope): Promise<RouterFacts[]> =>
  scoped(scope, async (ids) => {
    const [rows, [agents, instances, ports]] = await Promise.all([rowsOf(db, ids), partsOf(db, ids)]);
    const agentsBy = Map.groupBy(agents, ({ router_id }) => router_id);
    const instancesBy = Map.groupBy(instances, ({ router_id }) => router_id);
    const portsBy = Map.groupBy(ports, ({ router_id }) => router_id);
    return rows.map((row) => ({
      id: row.id,
      name: row.name ?? '',
      enabled: row.admin_state_up !== 0,
      snat: row.enable_snat !== 0,
      ha: row.ha === 1,
      distributed: row.distributed === 1,
      gatewayPort: row.gw_port_id,
      changed: row.updated_at,
      agents: (agentsBy.get(row.id) ?? []).map(({ l3_agent_id }) => l3_agent_id),
      instances: (instancesBy.get(row.id) ?? []).map(({ l3_agent_id, state }) => ({
        agent: l3_agent_id,
        state,
      })),
      ports: (portsBy.get(row.id) ?? []).map(({ port_id }) => port_id),
    }));
  });
