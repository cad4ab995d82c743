import { scheduling } from '../../config/options/index.ts';
import type { ServerContext } from '../context.ts';
import type { AdditionHandlers, Answers } from '../http/registry.ts';
import type { Mechanisms } from '../ml2/mechanisms/index.ts';
import type { NetworkTypes } from '../ml2/types/index.ts';
import { agentKind } from './agent.ts';
import { createAsking } from './asking.ts';
import { floatingIpKind } from './floatingIp.ts';
import { diagnose, type Kind, type WaitingFor } from './kind.ts';
import { networkKind } from './network.ts';
import { portKind } from './port.ts';
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

/** The answers of the extension nts-diagnosis. */
export function createDiagnosis(
  { config, db, transport }: ServerContext,
  { mechanisms, types }: DiagnosisParts,
): AdditionHandlers {
  const downSeconds = config.group(scheduling).agent_down_time;
  const parts = { db: db.kysely, asking: createAsking(transport), downSeconds };
  const waitingFor: WaitingFor = (resource, id, model) => knownUnapplied(resource, id, model, parts);
  const of =
    <Facts>(kind: Kind<Facts>): Answers =>
    ({ id }) =>
      diagnose(kind, id, db.kysely, { downSeconds, waitingFor });
  const networkOf = async (id: string) =>
    (await db.kysely.selectFrom('subnets').select('network_id').where('id', '=', id).executeTakeFirst())
      ?.network_id;
  return {
    diagnose_port: of(portKind(mechanisms, db.kysely)),
    diagnose_network: of(networkKind(types)),
    diagnose_subnet: of(subnetKind(networkOf)),
    diagnose_router: of(routerKind(mechanisms)),
    diagnose_floatingip: of(floatingIpKind(mechanisms, db.kysely)),
    diagnose_security_group: of(securityGroupKind(db.kysely)),
    diagnose_agent: of(agentKind),
    ask_applied: createWaits(parts),
  };
}
