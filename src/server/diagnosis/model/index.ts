import type { Kysely } from 'kysely';
import type { AgentSelf } from '../../../rpc/diagnosis.ts';
import type { Database } from '../../db/schema/index.ts';
import { clocksOf } from '../../services/agents/clocks.ts';
import { type ReportingAgent, reportingAgent } from '../../services/agents/reporting.ts';
import { type FloatingIpFacts, floatingIpFacts } from './floatingIps.ts';
import { type NetworkFacts, networkFacts } from './networks.ts';
import { type PortFacts, portFacts } from './ports.ts';
import { type RouterFacts, routerFacts } from './routers.ts';
import { byId, distinct, type Scope } from './scope.ts';

/** The part of a deployment that is looked at, as plain data: what judges go by. */
export interface Model {
  readonly agents: readonly ReportingAgent[];
  readonly networks: ReadonlyMap<string, NetworkFacts>;
  readonly ports: ReadonlyMap<string, PortFacts>;
  readonly routers: ReadonlyMap<string, RouterFacts>;
  readonly floatingIps: ReadonlyMap<string, FloatingIpFacts>;
  /** By how many seconds the clocks of agents are ahead of the server's, by their ids; those that are right are left out. */
  readonly clocks: ReadonlyMap<string, number>;
  /** What agents said of themselves, by their ids: of those that were asked and answered. */
  readonly accounts: ReadonlyMap<string, AgentSelf>;
}

/** What is asked for; what it depends on is loaded as well. */
export interface Wanted {
  readonly networks?: Scope;
  readonly ports?: Scope;
  readonly routers?: Scope;
  readonly floatingIps?: Scope;
}

export const EVERYTHING: Wanted = { networks: 'all', ports: 'all', routers: 'all', floatingIps: 'all' };

const including = (scope: Scope | undefined, more: readonly (string | null | undefined)[]): Scope =>
  scope === 'all' ? scope : distinct([...(scope ?? []), ...more]);

/**
 * Loads a part of the deployment, or all of it: a floating IP with its router and port, a router with its ports, a port
 * with its network, a network with its subnets. As many queries for many as for one. Agents not heard of for `downSeconds`
 * count as dead.
 */
export async function loadModel(db: Kysely<Database>, wanted: Wanted, downSeconds: number): Promise<Model> {
  const agents = await db.selectFrom('agents').selectAll().orderBy('host').orderBy('binary').execute();
  const floatingIps = await floatingIpFacts(db, wanted.floatingIps ?? []);
  const routers = await routerFacts(
    db,
    including(
      wanted.routers,
      floatingIps.map(({ router }) => router),
    ),
  );
  const ports = await portFacts(
    db,
    including(wanted.ports, [
      ...routers.flatMap((router) => router.ports),
      ...floatingIps.map((one) => one.fixedPort),
    ]),
  );
  const networks = await networkFacts(
    db,
    including(
      wanted.networks,
      [...ports, ...floatingIps].map(({ networkId }) => networkId),
    ),
  );
  return {
    agents: agents.map((row) => reportingAgent(row, downSeconds)),
    networks: byId(networks),
    ports: byId(ports),
    routers: byId(routers),
    floatingIps: byId(floatingIps),
    clocks: await clocksOf(db),
    accounts: new Map(),
  };
}
