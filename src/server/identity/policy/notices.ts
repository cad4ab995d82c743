import { nearest } from '../../../config/nearest.ts';
import type { Notice } from '../../../config/option.ts';
import { type ResourceDefinition, resources } from '../../../resources/index.ts';
import { defaultPolicies } from '../../../resources/policies/index.ts';
import { atomsOf, checkText, parseRule } from './parse.ts';
import { type GivenRule, type Rules, referencesOf } from './rules.ts';

const definitions: readonly ResourceDefinition[] = Object.values(resources);

/** Whether a name is an action on an attribute, `create_network:mtu`, which may have a rule though none is set by default. */
function isOfAttribute(name: string): boolean {
  return definitions.some((definition) => {
    const [, rest] = new RegExp(`^(?:create|get|update)_${definition.name}:(.+)$`).exec(name) ?? [];
    if (rest === undefined) return false;
    return Object.keys(definition.attributes).some((known) => rest === known || rest.startsWith(`${known}:`));
  });
}

const isAction = (name: string): boolean =>
  definitions.some(({ name: resource }) => /^(create|get|update|delete)_(.+)$/.exec(name)?.[2] === resource);

const hint = (name: string, names: Iterable<string>): string => {
  const meant = nearest(name, names);
  return meant === undefined ? '' : ` Did you mean '${meant}'?`;
};

/** What there is to say about rules of files that can be used: names that decide nothing, checks that always deny. */
export function policyNotices(given: readonly GivenRule[], rules: Rules, defaultRule: string): Notice[] {
  if (given.length === 0) return [];
  const referred = new Set(rules.names.flatMap((name) => referencesOf(rules.get(name))));
  return given.flatMap(({ name, rule, origin }): Notice[] => {
    const found: Notice[] = [];
    const say = (level: Notice['level'], text: string) => found.push({ level, text, origin });
    const known = Object.hasOwn(defaultPolicies, name) || isAction(name) || isOfAttribute(name);
    if (!known && !referred.has(name) && name !== defaultRule) {
      say(
        'warning',
        `There is no rule '${name}' and no other rule refers to it.${hint(name, Object.keys(defaultPolicies))}`,
      );
    }
    for (const { atom } of atomsOf(parseRule(rule))) {
      if (atom.kind === 'rule' && !rules.has(atom.name)) {
        const others = rules.names.filter((other) => other !== name);
        say(
          'warning',
          `Rule '${name}' refers to '${atom.name}', which does not exist: '${defaultRule}' decides.${hint(atom.name, others)}`,
        );
      }
      if (atom.kind === 'remote') {
        say(
          'warning',
          `Rule '${name}' asks another server (${atom.text}), which is not done here: the check denies.`,
        );
      }
    }
    const usual = Object.hasOwn(defaultPolicies, name) ? defaultPolicies[name] : undefined;
    if (typeof usual === 'string' && checkText(parseRule(usual)) === checkText(parseRule(rule))) {
      say('info', `Rule '${name}' is the default one; the line can go.`);
    }
    return found;
  });
}
