import { scopeOf } from '../../../resources/policies/index.ts';
import { type Bound, bind, type Credentials } from './bind.ts';
import { atomsOf, type Check } from './parse.ts';
import { composeRules, type RuleSettings, type Rules } from './rules.ts';

/** The rules in force, bound to a caller on demand. */
export interface Policy {
  readonly rules: Rules;
  /** Which values of a target's parents a rule asks for. */
  needs(rule: string): Needs;
  /** Whether a caller passes without being asked: an administrator, but for enforce_new_defaults. */
  exempts(credentials: Credentials): boolean;
  /** The rule for one caller. */
  bind(rule: string, credentials: Credentials): Bound;
  /** The same without asking for the token's scope. */
  bindAnyScope(rule: string, credentials: Credentials): Bound;
  /** Why the token's scope does not do for a rule; undefined when it does. */
  scopeFault(
    rule: string,
    credentials: Credentials,
  ): { readonly needed: string; readonly given: string } | undefined;
}

/** `network:tenant_id` in rules: where it stands in the target, and the parent's attribute. */
export interface Need {
  readonly key: string;
  readonly parent: string;
  readonly field: string;
}

export interface Needs {
  readonly all: readonly Need[];
  /** Whether knowing a parent can also take a permission away. */
  readonly negated: boolean;
}

/** What answers a request: the rules as they are now. */
export interface PolicySource {
  current(): Policy | Promise<Policy>;
}

export interface PolicySettings extends RuleSettings {
  /** Denies tokens of another scope than the action's. */
  readonly enforceScope?: boolean;
}

/** The parent's attribute behind an owner's name, `network:tenant_id` or, older, `network_tenant_id`. */
function needOf(key: string): Need[] {
  const match = /^([^:]*):(.*)$/s.exec(key) ?? /^([^_]*)_(.*)$/s.exec(key);
  return match ? [{ key, parent: match[1]!, field: match[2]! }] : [];
}

function needsOf(check: Check, rules: Rules, outer = false): { need: Need; negated: boolean }[] {
  return atomsOf(check, outer).flatMap(({ atom, negated }) => {
    if (atom.kind === 'rule') return needsOf(rules.get(atom.name).check, rules, negated);
    if (atom.kind === 'owner') return needOf(atom.field).map((need) => ({ need, negated }));
    if (atom.kind !== 'field' || !atom.ofNetwork) return [];
    return [{ need: { key: `network:${atom.field}`, parent: 'network', field: atom.field }, negated }];
  });
}

const tokenScope = (credentials: Credentials): 'system' | 'domain' | 'project' =>
  credentials.system_scope ? 'system' : credentials.domain_id ? 'domain' : 'project';

/**
 * Composes the rules in force.
 *
 * @throws PolicyFault for a given rule that cannot be used
 */
export function createPolicy(settings: PolicySettings = {}): Policy {
  const { newDefaultsOnly = false, enforceScope = false } = settings;
  const rules = composeRules(settings);
  const lookup = (name: string): Check => rules.get(name).check;
  const needs = new Map<string, Needs>();
  const bindings = new WeakMap<Credentials, Map<string, Bound>>();

  const exempts = ({ is_admin }: Credentials): boolean => is_admin && !newDefaultsOnly;

  function scopeFault(rule: string, credentials: Credentials) {
    const needed = enforceScope ? scopeOf(rule) : undefined;
    const given = tokenScope(credentials);
    return needed === undefined || needed === given ? undefined : { needed, given };
  }

  function bindAnyScope(rule: string, credentials: Credentials): Bound {
    if (exempts(credentials)) return true;
    let known = bindings.get(credentials);
    if (!known) {
      known = new Map();
      bindings.set(credentials, known);
    }
    let bound = known.get(rule);
    if (bound === undefined) {
      bound = bind(lookup(rule), credentials, lookup);
      known.set(rule, bound);
    }
    return bound;
  }

  return {
    rules,
    exempts,
    needs(rule) {
      const before = needs.get(rule);
      if (before) return before;
      const found = needsOf(lookup(rule), rules);
      const all = [...new Map(found.map(({ need }) => [need.key, need])).values()];
      const merged = { all, negated: found.some(({ negated }) => negated) };
      needs.set(rule, merged);
      return merged;
    },
    bindAnyScope,
    bind(rule, credentials) {
      const wrongScope = !exempts(credentials) && scopeFault(rule, credentials) !== undefined;
      return wrongScope ? false : bindAnyScope(rule, credentials);
    },
    scopeFault,
  };
}
