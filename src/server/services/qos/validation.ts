import type { Kysely } from 'kysely';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { inChunks } from '../chunks.ts';
import { type BoundPort, type QosDrivers, supports, supportsPort } from './drivers.ts';
import type { QosPolicy } from './rows.ts';

type Connection = Kysely<Database>;

const boundQuery = (db: Connection) =>
  db
    .selectFrom('ports')
    .leftJoin('ml2_port_bindings as binding', (join) =>
      join.onRef('binding.port_id', '=', 'ports.id').on('binding.status', '=', 'ACTIVE'),
    )
    .select(['ports.id', 'binding.vif_type', 'binding.vnic_type']);

/** Ports of networks that have no policy of their own, so that the network's holds for them. */
const portsOfNetworks = (db: Connection) =>
  boundQuery(db)
    .leftJoin('qos_port_policy_bindings as own', 'own.port_id', 'ports.id')
    .where('own.port_id', 'is', null);

/** @throws QosRuleNotSupported (409) for a rule that the port's driver cannot apply */
export function checkPorts(drivers: QosDrivers, policy: QosPolicy, ports: readonly BoundPort[]): void {
  for (const port of ports) {
    const rule = policy.rules.find(({ type }) => !supportsPort(drivers, type, port));
    if (rule) throw fault('QosRuleNotSupported', { rule_type: rule.type, port_id: port.id });
  }
}

export const checkPortIds = async (
  db: Connection,
  drivers: QosDrivers,
  policy: QosPolicy,
  ids: readonly string[],
): Promise<void> =>
  checkPorts(
    drivers,
    policy,
    await inChunks(ids, (chunk) => boundQuery(db).where('ports.id', 'in', chunk).execute()),
  );

/** The same for a network that gets the policy, and for its ports. @throws QosRuleNotSupportedByNetwork (409) */
export async function checkNetwork(
  db: Connection,
  drivers: QosDrivers,
  policy: QosPolicy,
  network_id: string,
): Promise<void> {
  const rule = policy.rules.find(({ type }) => !supports(drivers, type));
  if (rule) throw fault('QosRuleNotSupportedByNetwork', { rule_type: rule.type, network_id });
  checkPorts(drivers, policy, await portsOfNetworks(db).where('ports.network_id', '=', network_id).execute());
}

/** The same for a policy whose rules have changed, with every port that has it. */
export async function checkUsers(db: Connection, drivers: QosDrivers, policy: QosPolicy): Promise<void> {
  const own = boundQuery(db)
    .innerJoin('qos_port_policy_bindings as bound', 'bound.port_id', 'ports.id')
    .where('bound.policy_id', '=', policy.id);
  const ofNetworks = portsOfNetworks(db)
    .innerJoin('qos_network_policy_bindings as bound', 'bound.network_id', 'ports.network_id')
    .where('bound.policy_id', '=', policy.id);
  checkPorts(drivers, policy, [...(await own.execute()), ...(await ofNetworks.execute())]);
}
