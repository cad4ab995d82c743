import { policySubject, type ResourceDefinition } from '../../resources/definition.ts';
import { fault } from '../errors/index.ts';
import type { Bound, Credentials } from '../identity/policy/bind.ts';
import type { Policy } from '../identity/policy/index.ts';
import type { Item } from '../services/service.ts';
import { type ApiContext, elevated } from './context.ts';
import type { Services } from './registry.ts';
import { type RuleTree, ruleNames, rulesOfBody, ruleText } from './ruleTree.ts';

/** Decides what a caller may do with rows; a rule is bound to a caller once. */
export interface Access {
  bound(context: ApiContext, rule: string): Bound;
  has(rule: string): boolean;
  /** For each row whether the rule lets the caller pass. */
  allowed(context: ApiContext, rule: string, rows: readonly Item[]): Promise<boolean[]>;
  /** @throws PolicyNotAuthorized (403) naming the rules */
  demand(context: ApiContext, tree: RuleTree, row: Item): Promise<void>;
  /** May this item be created? @throws PolicyNotAuthorized */
  create(context: ApiContext, definition: ResourceDefinition, item: Item): Promise<void>;
  /** May a row that the caller sees be changed so? @throws PolicyNotAuthorized, or HTTPNotFound when hidden */
  change(
    context: ApiContext,
    definition: ResourceDefinition,
    verb: 'update' | 'delete',
    row: Item,
    changes: Item,
  ): Promise<void>;
}

const parentKeys = { network: 'network_id', security_group: 'security_group_id' } as const;
type Parent = keyof typeof parentKeys;

export function createAccess(policy: Policy, services: Services): Access {
  const bindings = new WeakMap<Credentials, Map<string, Bound>>();

  function bound({ credentials }: ApiContext, rule: string): Bound {
    let rules = bindings.get(credentials);
    if (!rules) {
      rules = new Map();
      bindings.set(credentials, rules);
    }
    let decision = rules.get(rule);
    if (decision === undefined) {
      decision = policy.bind(rule, credentials);
      rules.set(rule, decision);
    }
    return decision;
  }

  /** Rows with their parent's values as `network:tenant_id`; all parents of a kind by one query. */
  async function withParent(context: ApiContext, parent: Parent, rows: readonly Item[]): Promise<Item[]> {
    const key = parentKeys[parent];
    const ids = [...new Set(rows.map((row) => row[key]).filter((id) => typeof id === 'string'))];
    const service = services[parent];
    if (ids.length === 0 || !service) return [...rows];
    const found = await service.list(elevated(context), { filters: { id: ids }, sorts: [] });
    const byId = new Map(found.map((item) => [item.id, item]));
    return rows.map((row) => {
      const own = byId.get(row[key]);
      if (!own) return row;
      const inherited = Object.entries(own).map(([name, value]) => [`${parent}:${name}`, value]);
      return { ...row, ...Object.fromEntries(inherited) };
    });
  }

  async function withParents(context: ApiContext, rule: string, rows: readonly Item[]): Promise<Item[]> {
    let result = [...rows];
    for (const name of policy.parents(rule).names) {
      if (name in parentKeys) result = await withParent(context, name as Parent, result);
    }
    return result;
  }

  async function allowed(context: ApiContext, rule: string, rows: readonly Item[]): Promise<boolean[]> {
    const decision = bound(context, rule);
    if (typeof decision === 'boolean') return rows.map(() => decision);
    const { names, negated } = policy.parents(rule);
    if (negated) return (await withParents(context, rule, rows)).map(decision);
    const verdicts = rows.map(decision);
    if (names.size === 0 || verdicts.every(Boolean)) return verdicts;
    const denied = rows.filter((_, index) => !verdicts[index]);
    const again = (await withParents(context, rule, denied)).map(decision);
    return verdicts.map((verdict) => verdict || again.shift()!);
  }

  async function passes(context: ApiContext, tree: RuleTree, row: Item): Promise<boolean> {
    for (const rule of ruleNames(tree)) {
      const [verdict] = await allowed(context, rule, [row]);
      if (!verdict) return false;
    }
    return true;
  }

  async function demand(context: ApiContext, tree: RuleTree, row: Item): Promise<void> {
    if (!(await passes(context, tree, row))) throw fault('PolicyNotAuthorized', { rule: ruleText(tree) });
  }

  return {
    bound,
    has: (rule) => policy.has(rule),
    allowed,
    demand,
    create: (context, definition, item) =>
      demand(context, rulesOfBody(definition, `create_${policySubject(definition)}`, item, 'create'), item),
    async change(context, definition, verb, row, changes) {
      const action = `${verb}_${policySubject(definition)}`;
      const tree = verb === 'update' ? rulesOfBody(definition, action, changes, 'update') : action;
      if (await passes(context, tree, { ...row, ...changes })) return;
      const [visible] = await allowed(context, `get_${policySubject(definition)}`, [row]);
      throw visible ? fault('PolicyNotAuthorized', { rule: ruleText(tree) }) : fault('HTTPNotFound');
    },
  };
}
