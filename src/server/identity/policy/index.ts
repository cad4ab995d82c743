import { type DefaultRule, defaultPolicies } from '../../../resources/policies/index.ts';
import { type Bound, bind, type Credentials } from './bind.ts';
import { type Check, parseRule } from './parse.ts';

/** The rules in force, bound to a caller on demand. */
export interface Policy {
  /** Whether a rule of this name is registered (an unregistered one falls back to the default rule). */
  has(rule: string): boolean;
  /** Which of a target's parents a rule asks about, `network` or `security_group`. */
  parents(rule: string): Parents;
  /** The rule for one caller. */
  bind(rule: string, credentials: Credentials): Bound;
}

export interface Parents {
  readonly names: ReadonlySet<string>;
  /** Whether knowing a parent can also take a permission away. */
  readonly negated: boolean;
}

/** Collects the parents that a check mentions. */
function parentsOf(check: Check, lookup: (name: string) => Check, negated = false): Parents[] {
  if (check.kind === 'and' || check.kind === 'or') {
    return check.checks.flatMap((part) => parentsOf(part, lookup, negated));
  }
  if (check.kind === 'not') return parentsOf(check.check, lookup, true);
  if (check.kind !== 'atom') return [];
  if (check.type === 'rule') return parentsOf(lookup(check.match), lookup, negated);
  const found = new Set([...check.match.matchAll(/%\((\w+):/g)].map((match) => match[1]!));
  if (check.type === 'field' && check.match.startsWith('networks:')) found.add('network');
  return found.size > 0 ? [{ names: found, negated }] : [];
}

export interface PolicySettings {
  /** Rules of policy.yaml, which replace the defaults of their names. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Leaves the deprecated defaults out. */
  readonly newDefaultsOnly?: boolean;
  readonly defaultRule?: string;
}

const textOf = (rule: DefaultRule, newDefaultsOnly: boolean): string => {
  if (typeof rule === 'string') return rule;
  const [current, deprecated] = rule;
  if (newDefaultsOnly) return current;
  return deprecated === 'rule:regular_user' ? '' : `(${current}) or (${deprecated})`;
};

/**
 * Composes the rules in force; they are parsed when first needed.
 *
 * @throws SyntaxError when an override does not parse or refers to itself
 */
export function createPolicy(settings: PolicySettings = {}): Policy {
  const { overrides = {}, newDefaultsOnly = false, defaultRule = 'default' } = settings;
  const checks = new Map<string, Check>();
  for (const [name, text] of Object.entries(overrides)) checks.set(name, parseRule(text));

  function lookup(name: string): Check {
    const known = checks.get(name);
    if (known) return known;
    const rule = Object.hasOwn(defaultPolicies, name) ? defaultPolicies[name] : undefined;
    if (rule === undefined && name === defaultRule) return { kind: 'false' };
    const check = rule === undefined ? lookup(defaultRule) : parseRule(textOf(rule, newDefaultsOnly));
    checks.set(name, check);
    return check;
  }

  const nobody: Credentials = { user_id: null, project_id: null, roles: [], is_admin: false };
  for (const name of Object.keys(overrides)) {
    try {
      bind(lookup(name), nobody, lookup);
    } catch (error) {
      throw error instanceof RangeError ? new SyntaxError(`policy rule '${name}' refers to itself`) : error;
    }
  }

  const has = (name: string) => Object.hasOwn(overrides, name) || Object.hasOwn(defaultPolicies, name);
  const parents = new Map<string, Parents>();
  function parentsOfRule(name: string): Parents {
    const known = parents.get(name);
    if (known) return known;
    const found = parentsOf(lookup(name), lookup);
    const merged = {
      names: new Set(found.flatMap(({ names }) => [...names])),
      negated: found.some(({ negated }) => negated),
    };
    parents.set(name, merged);
    return merged;
  }

  return {
    has,
    parents: parentsOfRule,
    bind: (name, credentials) => bind(lookup(name), credentials, lookup),
  };
}
