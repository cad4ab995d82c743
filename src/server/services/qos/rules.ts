import { randomUUID } from 'node:crypto';
import type { Kysely } from 'kysely';
import { type QosRuleType, qosParameters } from '../../../resources/qosRules.ts';
import type { ServerContext } from '../../context.ts';
import type { Database } from '../../db/schema/index.ts';
import { fault } from '../../errors/index.ts';
import { qosPolicyPush } from '../../notify/qosPolicies.ts';
import { listRows, type Shape } from '../listing.ts';
import type { Item, RequestContext, ResourceService } from '../service.ts';
import { bumpRevision } from '../standardAttributes.ts';
import { transact, type Work } from '../work.ts';
import { checkBandwidth, checkOthers } from './conflicts.ts';
import { qosDrivers } from './drivers.ts';
import { takePolicy } from './policies.ts';
import { findPolicy, presentRule, type QosPolicy, type QosRule, ruleTable } from './rows.ts';
import { checkUsers } from './validation.ts';

/** The tables of all types differ in the parameters alone, which are chosen by the type. */
const tableOf = (type: QosRuleType) => ruleTable(type) as 'qos_bandwidth_limit_rules';

const ruleQuery = (db: Kysely<Database>, type: QosRuleType) => db.selectFrom(tableOf(type)).selectAll();

/** Of a rule's attributes those of its type. */
const parametersOf = (type: QosRuleType, given: Item): Item =>
  Object.fromEntries(qosParameters[type].filter((name) => name in given).map((name) => [name, given[name]]));

const shapeOf = (type: QosRuleType): Shape => {
  const table = ruleTable(type);
  const names = ['id', 'qos_policy_id', ...qosParameters[type]];
  return {
    columns: Object.fromEntries(names.map((name) => [name, `${table}.${name}`])),
    id: `${table}.id`,
    missing: (rule_id) => fault('QosRuleNotFound', { rule_id, policy_id: '' }),
  };
};

/** What changes rules: in one transaction with the looks at the ports that have the policy, and telling agents. */
export function createQosRules(server: ServerContext) {
  const { db, outbox } = server;
  const drivers = qosDrivers(server.config);

  const ruleOf = (policy: QosPolicy, type: QosRuleType, rule_id: string): QosRule => {
    const rule = policy.rules.find((one) => one.id === rule_id && one.type === type);
    if (rule === undefined) throw fault('QosRuleNotFound', { rule_id, policy_id: policy.id });
    return rule;
  };

  /** Takes the policy, lets `write` change its rules, and looks whether every port that has it can bear them. */
  async function change<T>(
    { tx, context }: Work,
    policyId: string,
    write: (policy: QosPolicy) => Promise<T>,
  ): Promise<T> {
    const { row, policy } = await takePolicy(tx, context, policyId);
    const result = await write(policy);
    await bumpRevision(tx, [row.standard_attr_id]);
    const { policy: after } = await findPolicy(tx, context, policyId);
    if (after.rules.length >= policy.rules.length) await checkUsers(tx, drivers, after);
    await outbox.add(tx, qosPolicyPush(context.rpc, after));
    return result;
  }

  const create = (work: Work, type: QosRuleType, policyId: string, given: Item): Promise<QosRule> =>
    change(work, policyId, async (policy) => {
      checkBandwidth(policy, given);
      const row = { id: randomUUID(), qos_policy_id: policyId, ...parametersOf(type, given) };
      const rule = presentRule(type, row);
      checkOthers(policy, rule);
      await work.tx.insertInto(tableOf(type)).values(row).execute();
      return rule;
    });

  const update = (work: Work, type: QosRuleType, policyId: string, id: string, changes: Item) =>
    change(work, policyId, async (policy) => {
      checkBandwidth(policy, changes);
      const columns = parametersOf(type, changes);
      const rule = presentRule(type, { ...ruleOf(policy, type, id), ...columns });
      checkOthers(policy, rule);
      if (Object.keys(columns).length > 0) {
        await work.tx.updateTable(tableOf(type)).set(columns).where('id', '=', id).execute();
      }
      return rule;
    });

  const remove = (work: Work, type: QosRuleType, policyId: string, id: string): Promise<void> =>
    change(work, policyId, async (policy) => {
      ruleOf(policy, type, id);
      await work.tx.deleteFrom(tableOf(type)).where('id', '=', id).execute();
    });

  /** The rules of one type below a policy. */
  const below =
    (type: QosRuleType) =>
    (policyId: string): ResourceService => ({
      async list(_context, query) {
        const own = ruleQuery(db.kysely, type).where('qos_policy_id', '=', policyId);
        return (await listRows(own, shapeOf(type), query)).map((row) => presentRule(type, row));
      },
      get: async (context, id) => ruleOf((await findPolicy(db.kysely, context, policyId)).policy, type, id),
      create: (context, items) =>
        transact(server, context, async (work) => {
          const made: Item[] = [];
          for (const item of items) made.push(await create(work, type, policyId, item));
          return made;
        }),
      update: (context, id, changes) =>
        transact(server, context, (work) => update(work, type, policyId, id, changes)),
      delete: (context, id) => transact(server, context, (work) => remove(work, type, policyId, id)),
    });

  async function policyOf(type: QosRuleType, rule_id: string): Promise<string> {
    const row = await ruleQuery(db.kysely, type).where('id', '=', rule_id).executeTakeFirst();
    if (row === undefined) throw fault('QosRuleNotFound', { rule_id, policy_id: '' });
    return row.qos_policy_id;
  }

  /** The same rules found by their id alone. */
  const alias = (type: QosRuleType): ResourceService => {
    const at = async (id: string) => below(type)(await policyOf(type, id));
    return {
      async list() {
        throw fault('HTTPNotFound');
      },
      get: async (context: RequestContext, id) => (await at(id)).get(context, id),
      update: async (context, id, changes) => (await at(id)).update!(context, id, changes),
      delete: async (context, id) => (await at(id)).delete!(context, id),
    };
  };

  return { below, alias };
}
