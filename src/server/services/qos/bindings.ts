import { RetryTransaction } from '../../db/database.ts';
import { isForeignKeyViolation } from '../../db/errors.ts';
import { fault } from '../../errors/index.ts';
import type { RequestContext, Tx } from '../service.ts';
import type { QosDrivers } from './drivers.ts';
import { findPolicy, lookPolicy } from './rows.ts';
import { checkNetwork, checkPortIds } from './validation.ts';

/** A policy that has just been deleted is not there when the transaction is tried again. */
async function unlessGone(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    throw isForeignKeyViolation(error) ? new RetryTransaction('the QoS policy was just deleted') : error;
  }
}

/** Who may not see a policy may not take it away either. @throws PolicyRemoveAuthorizationError (403) */
async function checkRemovable(tx: Tx, context: RequestContext, policy_id: string): Promise<void> {
  if ((await lookPolicy(tx, context, policy_id)) === undefined) {
    throw fault('PolicyRemoveAuthorizationError', { policy_id });
  }
}

/** Gives new ports the policies that their requests name. @throws QosPolicyNotFound, QosRuleNotSupported */
export async function bindNewPorts(
  tx: Tx,
  context: RequestContext,
  drivers: QosDrivers,
  ports: readonly { readonly id: string; readonly networkId: string; readonly policy: unknown }[],
): Promise<void> {
  const own = ports.filter(({ policy }) => typeof policy === 'string');
  for (const [policyId, those] of Map.groupBy(own, ({ policy }) => policy as string)) {
    const { policy } = await findPolicy(tx, context, policyId);
    const rows = those.map(({ id }) => ({ policy_id: policyId, port_id: id }));
    await unlessGone(tx.insertInto('qos_port_policy_bindings').values(rows).execute());
    await checkPortIds(
      tx,
      drivers,
      policy,
      those.map(({ id }) => id),
    );
  }
  const rest = ports.filter(({ policy }) => typeof policy !== 'string');
  if (rest.length === 0) return;
  const inherited = await tx
    .selectFrom('qos_network_policy_bindings')
    .selectAll()
    .where('network_id', 'in', [...new Set(rest.map(({ networkId }) => networkId))])
    .execute();
  for (const { network_id, policy_id } of inherited) {
    const { policy } = await findPolicy(tx, { ...context, isAdmin: true }, policy_id);
    const ids = rest.filter(({ networkId }) => networkId === network_id).map(({ id }) => id);
    await checkPortIds(tx, drivers, policy, ids);
  }
}

/** Gives a port another policy, or none. */
export async function rebindPort(
  tx: Tx,
  context: RequestContext,
  drivers: QosDrivers,
  port: { readonly id: string; readonly qos_policy_id?: unknown },
  policyId: string | null,
): Promise<void> {
  const before = port.qos_policy_id;
  if (typeof before === 'string') {
    await checkRemovable(tx, context, before);
    await tx.deleteFrom('qos_port_policy_bindings').where('port_id', '=', port.id).execute();
  }
  if (policyId === null) return;
  const { policy } = await findPolicy(tx, context, policyId);
  const values = { policy_id: policyId, port_id: port.id };
  await unlessGone(tx.insertInto('qos_port_policy_bindings').values(values).execute());
  if (policyId !== before) await checkPortIds(tx, drivers, policy, [port.id]);
}

/** Gives a new network the policy that its request names, else its project's default, and returns its id. */
export async function bindNewNetwork(
  tx: Tx,
  context: RequestContext,
  drivers: QosDrivers,
  network: { readonly id: string; readonly projectId: string; readonly policy: unknown },
): Promise<string | null> {
  const byDefault = await tx
    .selectFrom('qos_policies_default')
    .select('qos_policy_id')
    .where('project_id', '=', network.projectId)
    .executeTakeFirst();
  const policyId = (network.policy as string | null | undefined) || byDefault?.qos_policy_id;
  if (!policyId) return null;
  await rebindNetwork(tx, context, drivers, { id: network.id }, policyId);
  return policyId;
}

/** Gives a network another policy, or none. */
export async function rebindNetwork(
  tx: Tx,
  context: RequestContext,
  drivers: QosDrivers,
  network: { readonly id: string; readonly qos_policy_id?: unknown },
  policyId: string | null,
): Promise<void> {
  const before = network.qos_policy_id;
  if (typeof before === 'string') {
    await checkRemovable(tx, context, before);
    await tx.deleteFrom('qos_network_policy_bindings').where('network_id', '=', network.id).execute();
  }
  if (policyId === null) return;
  const { policy } = await findPolicy(tx, context, policyId);
  const values = { policy_id: policyId, network_id: network.id };
  await unlessGone(tx.insertInto('qos_network_policy_bindings').values(values).execute());
  if (policyId !== before) await checkNetwork(tx, drivers, policy, network.id);
}
