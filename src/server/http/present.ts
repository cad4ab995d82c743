import { policySubject, type ResourceDefinition } from '../../resources/definition.ts';
import type { Item } from '../services/service.ts';
import type { Access } from './access.ts';
import type { ApiContext } from './context.ts';

/** Cuts a full item to what its reader may see and asked for, keys in Neutron's order. */
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
  return (item) => {
    const shown: Item = {};
    for (const { name, rule } of keys) {
      const value = item[name];
      if (value !== undefined && (!rule || rule(item))) shown[name] = value;
    }
    return shown;
  };
}
