import type { Origin } from '../../../config/option.ts';
import { defaultPolicies } from '../../../resources/policies/index.ts';
import { PolicyFault } from './fault.ts';
import { atomsOf, type Check, parseRule } from './parse.ts';

/** A rule of a policy file: a text, or an older list. */
export interface GivenRule {
  readonly name: string;
  readonly rule: unknown;
  readonly origin: Origin;
}

/** Where a check comes from: a file, Neutron's defaults, or the deprecated defaults beside them. */
export type RuleOrigin = Origin | 'default' | 'deprecated default';

/** A rule in force: one check, or the new default and the deprecated one, either of which lets pass. */
export interface Rule {
  readonly name: string;
  readonly parts: readonly { readonly check: Check; readonly origin: RuleOrigin }[];
  readonly check: Check;
}

export interface Rules {
  /** The rules of files, then the defaults. */
  readonly names: readonly string[];
  has(name: string): boolean;
  /** Of a name that is no rule: the default rule; when there is none either, nobody passes. */
  get(name: string): Rule;
}

export interface RuleSettings {
  /** Rules of policy files, which replace the defaults of their names; the last of a name counts. */
  readonly given?: readonly GivenRule[];
  /** Leaves the deprecated defaults out. */
  readonly newDefaultsOnly?: boolean;
  readonly defaultRule?: string;
}

const whole = (name: string, parts: Rule['parts']): Rule => ({
  name,
  parts,
  check: parts.length === 1 ? parts[0]!.check : { kind: 'or', checks: parts.map(({ check }) => check) },
});

function defaultOf(name: string, newDefaultsOnly: boolean): Rule | undefined {
  const rule = Object.hasOwn(defaultPolicies, name) ? defaultPolicies[name] : undefined;
  if (rule === undefined) return undefined;
  const [current, deprecated] = typeof rule === 'string' ? [rule] : rule;
  const parts: Rule['parts'] = [{ check: parseRule(current), origin: 'default' }];
  if (deprecated === undefined || newDefaultsOnly) return whole(name, parts);
  return whole(name, [...parts, { check: parseRule(deprecated), origin: 'deprecated default' }]);
}

function givenRule({ name, rule, origin }: GivenRule): Rule {
  try {
    return whole(name, [{ check: parseRule(rule), origin }]);
  } catch (error) {
    throw error instanceof SyntaxError ? new PolicyFault(origin, name, error.message) : error;
  }
}

/** Names of the rules that a rule refers to. */
export const referencesOf = (rule: Rule): string[] =>
  atomsOf(rule.check).flatMap(({ atom }) => (atom.kind === 'rule' ? [atom.name] : []));

/** A circle of rules that refer to each other, from a given rule. */
function circleFrom(name: string, rules: Rules, path: readonly string[] = []): readonly string[] | undefined {
  if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
  for (const next of referencesOf(rules.get(name))) {
    const circle = circleFrom(next, rules, [...path, name]);
    if (circle) return circle;
  }
  return undefined;
}

/**
 * Composes the rules in force; defaults are parsed when first needed.
 *
 * @throws PolicyFault for a given rule that does not parse, or for rules that refer to each other in a circle
 */
export function composeRules({
  given = [],
  newDefaultsOnly = false,
  defaultRule = 'default',
}: RuleSettings): Rules {
  const known = new Map<string, Rule>(given.map((one) => [one.name, givenRule(one)]));
  const names = [...new Set([...known.keys(), ...Object.keys(defaultPolicies)])];
  const nobody = whole(defaultRule, [{ check: parseRule('!'), origin: 'default' }]);

  function find(name: string): Rule | undefined {
    const before = known.get(name);
    if (before) return before;
    const rule = defaultOf(name, newDefaultsOnly);
    if (rule) known.set(name, rule);
    return rule;
  }

  const rules: Rules = {
    names,
    has: (name) => find(name) !== undefined,
    get: (name) => find(name) ?? find(defaultRule) ?? nobody,
  };
  for (const { name, origin } of given) {
    const circle = circleFrom(name, rules);
    if (circle) throw new PolicyFault(origin, name, `these rules refer to each other: ${circle.join(' → ')}`);
  }
  return rules;
}
