import { isDeepStrictEqual } from 'node:util';
import type { Attribute, ResourceDefinition } from '../../resources/index.ts';
import { type Item, isItem } from '../services/service.ts';

/** The policy rules that must all let a request pass, nested as Neutron nests them. */
export type RuleTree = string | readonly RuleTree[];

/** The tree as oslo.policy prints it: `(rule:create_network and rule:create_network:shared)`. */
export const ruleText = (tree: RuleTree): string =>
  typeof tree === 'string' ? `rule:${tree}` : `(${tree.map(ruleText).join(' and ')})`;

export const ruleNames = (tree: RuleTree): string[] =>
  typeof tree === 'string' ? [tree] : tree.flatMap(ruleNames);

/** Whether a value was set by the client: on create, anything but the default. */
const isSet = (attribute: Attribute, value: unknown, verb: 'create' | 'update'): boolean =>
  value !== undefined &&
  (verb === 'update' || !('default' in attribute) || !isDeepStrictEqual(value, attribute.default));

/** Rules for the keys of a dictionary whose shape the definition declares. */
function keysOfShape(attribute: Attribute, rule: string, value: unknown): string[] {
  const { validate } = attribute;
  if (!isItem(value) || typeof validate !== 'object' || !('dict_or_nodata' in validate)) return [];
  return Object.keys(validate.dict_or_nodata ?? {})
    .filter((key) => Object.hasOwn(value, key))
    .map((key) => `${rule}:${key}`);
}

/** Rules for every key of every dictionary in a list. */
const keysOfList = (rule: string, value: unknown): string[] =>
  Array.isArray(value)
    ? value.filter(isItem).flatMap((item) => Object.keys(item).map((key) => `${rule}:${key}`))
    : [];

/** The rules for a create or update: the action's own, and one for every attribute set that has policy. */
export function rulesOfBody(
  definition: ResourceDefinition,
  action: string,
  body: Item,
  verb: 'create' | 'update',
): RuleTree {
  let tree: RuleTree = action;
  for (const [name, attribute] of Object.entries<Attribute>(definition.attributes)) {
    const value = body[name];
    if (!attribute.enforcePolicy || !isSet(attribute, value, verb)) continue;
    const rule = `${action}:${name}`;
    let own: RuleTree = rule;
    const shaped = keysOfShape(attribute, rule, value);
    if (shaped.length > 0) own = [own, shaped];
    const listed = keysOfList(rule, value);
    if (listed.length > 0) own = [own, listed];
    tree = [tree, own];
  }
  return tree;
}

/** The rules for a member action: Neutron also asks about what it loads of the member for policy, where that is set. */
export function rulesOfAction(definition: ResourceDefinition, action: string, row: Item): RuleTree {
  const loaded = Object.entries<Attribute>(definition.attributes)
    .filter(([, { requiredByPolicy }]) => requiredByPolicy)
    .map(([name]) => [name, row[name]] as const);
  return rulesOfBody(definition, action, Object.fromEntries(loaded), 'create');
}
