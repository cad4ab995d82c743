import { policySubject, type ResourceDefinition } from '../../resources/definition.ts';
import type { Item } from '../services/service.ts';
import type { Access } from './access.ts';
import type { ApiContext } from './context.ts';

/**
 * An object with these keys, none of which has a value yet, made as V8 makes those of a class: one that gets its keys one by
 * one becomes a hash table at the seventeenth, which takes five times the memory and is slow to write as JSON.
 */
function allUndefined(names: readonly string[]): Item {
  const item = JSON.parse(JSON.stringify(Object.fromEntries(names.map((name) => [name, null])))) as Item;
  for (const name of names) item[name] = undefined;
  return item;
}

/** Cuts a full item to what its reader may see and asked for, keys in Neutron's order; what it may not is undefined. */
export type Presenter = (item: Item) => Item;

/**
 * Makes the presenter for one caller. Attributes with a policy of their own are decided here, once, unless the rule
 * looks at the row.
 */
export function presenter(
  definition: ResourceDefinition,
  access: Access,
  context: ApiContext,
  fields: readonly string[],
): Presenter {
  const wanted =
    fields.length === 0 ? definition.order : definition.order.filter((name) => fields.includes(name));
  const keys: { readonly name: string; readonly rule?: (item: Item) => boolean }[] = [];
  for (const name of wanted) {
    const rule = `get_${policySubject(definition)}:${name}`;
    const decision = context.policy.rules.has(rule) ? access.bound(context, rule) : true;
    if (decision === true) keys.push({ name });
    else if (decision !== false) keys.push({ name, rule: decision });
  }
  const blank = allUndefined(keys.map(({ name }) => name));
  return (item) => {
    const shown = { ...blank };
    for (const { name, rule } of keys) {
      const value = item[name];
      if (value !== undefined && (!rule || rule(item))) shown[name] = value;
    }
    return shown;
  };
}
