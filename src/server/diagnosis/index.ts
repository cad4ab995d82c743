import { ml2, scheduling } from '../../config/options/index.ts';
import type { Finding } from '../../health/finding.ts';
import type { ServerContext } from '../context.ts';
import type { AdditionHandlers, Answers } from '../http/registry.ts';
import type { Mechanisms } from '../ml2/mechanisms/index.ts';
import type { NetworkTypes } from '../ml2/types/index.ts';
import { askAccounts } from './accounts.ts';
import { agentKind } from './agent.ts';
import { createAsking } from './asking.ts';
import { floatingIpKind } from './floatingIp.ts';
import { type Ask, askInTurn } from './inTurn.ts';
import { diagnose, type Kind, type WaitingFor } from './kind.ts';
import { metrics } from './metrics.ts';
import { networkKind } from './network.ts';
import { portKind } from './port.ts';
import { lookAtAll, standing } from './problems.ts';
import { routerKind } from './router.ts';
import { securityGroupKind } from './securityGroup.ts';
import { subnetKind } from './subnet.ts';
import { createWaits } from './waiting/answer.ts';
import { knownUnapplied } from './waiting/index.ts';

/** What the diagnosis needs of the rest of the server. */
export interface DiagnosisParts {
  readonly mechanisms: Mechanisms;
  readonly types: NetworkTypes;
}

export interface DiagnosisRoom {
  /** The answers of the extension nts-diagnosis. */
  readonly additions: Omit<AdditionHandlers, 'send_probe' | 'trace'>;
  /** What is wrong in the whole deployment. */
  problems(): Promise<Finding[]>;
  /** The same for a look that is repeated: where there are many agents, not all of them are asked each time. */
  problemsInTurn(): Promise<Finding[]>;
  /** The same and more in numbers, for Prometheus. */
  metrics(): Promise<string>;
}

export function createDiagnosis(
  { config, db, transport }: ServerContext,
  { mechanisms, types }: DiagnosisParts,
): DiagnosisRoom {
  const downSeconds = config.group(scheduling).agent_down_time;
  const asking = createAsking(transport);
  const parts = { db: db.kysely, asking, downSeconds };
  const waitingFor: WaitingFor = (resource, id, model) => knownUnapplied(resource, id, model, parts);
  const of =
    <Facts>(kind: Kind<Facts>): Answers =>
    ({ id }) =>
      diagnose(kind, id, db.kysely, { downSeconds, waitingFor, asking });
  const networkOf = async (id: string) =>
    (await db.kysely.selectFrom('subnets').select('network_id').where('id', '=', id).executeTakeFirst())
      ?.network_id;

  const ports = portKind(mechanisms, db.kysely);
  const networks = networkKind(types);
  const subnets = subnetKind(networkOf);
  const routers = routerKind(mechanisms);
  const floatingIps = floatingIpKind(mechanisms, db.kysely);
  const serverSide = {
    mechanismDrivers: mechanisms.drivers.map(({ name }) => name),
    tenantTypes: config.group(ml2).tenant_network_types,
  };
  const agents = agentKind(serverSide);
  const all = [
    standing(agents),
    standing(networks),
    standing(subnets),
    standing(routers),
    standing(ports),
    standing(floatingIps),
  ];
  const looking = (ask: Ask) => () => lookAtAll({ db: db.kysely, ask, downSeconds }, types, all);
  const problems = looking((asked) => askAccounts(asking, asked));
  return {
    additions: {
      diagnose_port: of(ports),
      diagnose_network: of(networks),
      diagnose_subnet: of(subnets),
      diagnose_router: of(routers),
      diagnose_floatingip: of(floatingIps),
      diagnose_security_group: of(securityGroupKind(db.kysely)),
      diagnose_agent: of(agents),
      ask_applied: createWaits(parts),
      list_problems: problems,
    },
    problems,
    problemsInTurn: looking(askInTurn(asking)),
    metrics: async () => metrics(db.kysely, await problems(), downSeconds),
  };
}
