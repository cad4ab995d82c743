import { type Attribute, policySubject, type ResourceDefinition } from '../../resources/definition.ts';
import type { ResourceName } from '../../resources/index.ts';
import { fault, type NeutronError } from '../errors/index.ts';
import type { Bound } from '../identity/policy/bind.ts';
import type { Need } from '../identity/policy/index.ts';
import type { Item } from '../services/service.ts';
import { type ApiContext, elevated } from './context.ts';
import type { Services } from './registry.ts';
import { type RuleTree, ruleNames, rulesOfBody, ruleText } from './ruleTree.ts';

/** Decides what a caller may do with rows. */
export interface Access {
  bound(context: ApiContext, rule: string): Bound;
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

/** Where rows name their parents, by the prefix that rules use; ext_parent is the resource of the path. */
const parents: readonly { readonly prefix: string; readonly key: string; readonly resource: ResourceName }[] =
  [
    { prefix: 'network', key: 'network_id', resource: 'network' },
    { prefix: 'security_group', key: 'security_group_id', resource: 'security_group' },
    { prefix: 'ext_parent', key: 'ext_parent_floatingip_id', resource: 'floatingip' },
    { prefix: 'ext_parent', key: 'ext_parent_router_id', resource: 'router' },
  ];

/**
 * What an update is judged by: Neutron does not read what is hidden and no policy is said to need, so that who merely
 * shares an address group is told that it is not there.
 */
const readForUpdate = ({ attributes }: ResourceDefinition, row: Item): Item =>
  Object.fromEntries(
    Object.entries(row).filter(([name]) => {
      const attribute: Attribute | undefined = attributes[name];
      return !attribute?.hidden || attribute.requiredByPolicy;
    }),
  );

export function createAccess(services: Services): Access {
  const bound = ({ policy, credentials }: ApiContext, rule: string) => policy.bind(rule, credentials);

  /** Rows with what a rule needs of their parents, `network:tenant_id`; all parents of a kind by one query. */
  async function withParents(
    context: ApiContext,
    needs: readonly Need[],
    rows: readonly Item[],
  ): Promise<Item[]> {
    let result = [...rows];
    for (const { prefix, key, resource } of parents) {
      const wanted = needs.filter(({ parent }) => parent === prefix);
      const ids = [...new Set(rows.map((row) => row[key]).filter((id) => typeof id === 'string'))];
      const service = services[resource];
      if (wanted.length === 0 || ids.length === 0 || !service) continue;
      const found = await service.list(elevated(context), {
        filters: { id: ids },
        sorts: [],
        fields: ['id', ...wanted.map(({ field }) => field)],
      });
      const byId = new Map(found.map((item) => [item.id, item]));
      result = result.map((row) => {
        const parent = byId.get(row[key]);
        if (!parent) return row;
        return { ...Object.fromEntries(wanted.map((need) => [need.key, parent[need.field]])), ...row };
      });
    }
    return result;
  }

  async function judge(
    context: ApiContext,
    rule: string,
    rows: readonly Item[],
    decision: Bound,
  ): Promise<boolean[]> {
    if (typeof decision === 'boolean') return rows.map(() => decision);
    const { all, negated } = context.policy.needs(rule);
    if (negated) return (await withParents(context, all, rows)).map(decision);
    const verdicts = rows.map(decision);
    if (all.length === 0 || verdicts.every(Boolean)) return verdicts;
    const denied = rows.filter((_, index) => !verdicts[index]);
    const again = (await withParents(context, all, denied)).map(decision);
    return verdicts.map((verdict) => verdict || again.shift()!);
  }

  const allowed = (context: ApiContext, rule: string, rows: readonly Item[]): Promise<boolean[]> =>
    judge(context, rule, rows, bound(context, rule));

  /** As in Neutron, the token's scope is asked for where the action alone is judged, and not beside rules of attributes. */
  async function passes(context: ApiContext, tree: RuleTree, row: Item): Promise<boolean> {
    const { policy, credentials } = context;
    if (typeof tree === 'string') return (await allowed(context, tree, [row]))[0] === true;
    for (const rule of ruleNames(tree)) {
      const [verdict] = await judge(context, rule, [row], policy.bindAnyScope(rule, credentials));
      if (!verdict) return false;
    }
    return true;
  }

  function refusal({ policy, credentials }: ApiContext, tree: RuleTree): NeutronError {
    const scope = typeof tree === 'string' ? policy.scopeFault(tree, credentials) : undefined;
    const rule = ruleText(tree);
    if (!scope) return fault('PolicyNotAuthorized', { rule });
    return fault('InvalidScope', { rule, operation_scopes: [scope.needed], token_scope: scope.given });
  }

  async function demand(context: ApiContext, tree: RuleTree, row: Item): Promise<void> {
    if (!(await passes(context, tree, row))) throw refusal(context, tree);
  }

  return {
    bound,
    allowed,
    demand,
    create: (context, definition, item) =>
      demand(context, rulesOfBody(definition, `create_${policySubject(definition)}`, item, 'create'), item),
    async change(context, definition, verb, row, changes) {
      const action = `${verb}_${policySubject(definition)}`;
      const tree = verb === 'update' ? rulesOfBody(definition, action, changes, 'update') : action;
      const after = verb === 'update' ? { ...readForUpdate(definition, row), ...changes } : row;
      if (await passes(context, tree, after)) return;
      const [visible] = await allowed(context, `get_${policySubject(definition)}`, [after]);
      throw visible ? refusal(context, tree) : fault('HTTPNotFound');
    },
  };
}
