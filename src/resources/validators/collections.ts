import { type ConverterName, convert } from '../converters/index.ts';
import { inputFault } from '../errors.ts';
import { isPythonFalse, pythonText } from '../pythonText.ts';
import { dictKeys, subnet } from './addresses.ts';
import { check, type Rule } from './index.ts';
import { string, uuid, type Validator, type Verdict } from './primitives.ts';

/** How one key of a dictionary is checked. */
export interface KeyRule {
  readonly validate: Rule;
  readonly required?: true;
  readonly convert?: ConverterName;
}

export type KeyRules = Readonly<Record<string, KeyRule>>;

/** A dictionary whose keys follow rules; values are converted in place, as Neutron does. */
export const dict: Validator<KeyRules | null> = (value, rules) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `'${pythonText(value)}' is not a dictionary`;
  }
  if (rules === null) return undefined;
  const data = value as Record<string, unknown>;
  const required = Object.keys(rules).filter((key) => rules[key]!.required);
  const incomplete = required.length > 0 ? dictKeys(required, data, false) : undefined;
  if (incomplete) return incomplete;
  const unexpected = Object.keys(data).filter((key) => !Object.hasOwn(rules, key));
  if (unexpected.length > 0) return `Unexpected keys supplied: ${unexpected.join(', ')}`;
  for (const [key, rule] of Object.entries(rules)) {
    if (!Object.hasOwn(data, key)) continue;
    if (rule.convert) data[key] = convert(rule.convert, data[key]);
    const verdict = check(rule.validate, data[key]);
    if (verdict) return verdict;
  }
  return undefined;
};

/** A dictionary, or anything Python holds for false. */
export const dictOrNodata: Validator<KeyRules | null> = (value, rules) =>
  isPythonFalse(value) ? undefined : dict(value, rules);

/** A text that equal values share, whatever the order of their keys. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort())
      : part,
  );

/** The items that stand more than once in a list, each once. */
function duplicates(items: readonly unknown[]): unknown[] {
  const times = new Map<string, number>();
  return items.filter((item) => {
    const key = canonical(item);
    const before = times.get(key) ?? 0;
    times.set(key, before + 1);
    return before === 1;
  });
}

/** A list of valid items, none of them twice. */
const listOf =
  (validator: Validator<number | null>): Validator<number | null> =>
  (value, parameter): Verdict => {
    if (!Array.isArray(value)) return `'${pythonText(value)}' is not a list`;
    const repeated = duplicates(value);
    if (repeated.length > 0) return `Duplicate items in the list: '${repeated.map(pythonText).join(', ')}'`;
    for (const item of value) {
      const verdict = validator(item, parameter);
      if (verdict) return verdict;
    }
    return undefined;
  };

/** A list of dictionaries, each of which follows one of several sets of rules. @throws InvalidInput */
export const listOfAnyKeyRulesOrNone: Validator<readonly KeyRules[]> = (value, alternatives) => {
  if (value === null) return undefined;
  const verdict = listOf((item) => {
    const matches = (rules: KeyRules) => dict(item, rules) === undefined;
    return alternatives.some(matches) ? undefined : `No valid key specs matched for: ${pythonText(item)}`;
  })(value, null);
  if (verdict) throw inputFault('InvalidInput', { error_message: verdict });
  return undefined;
};

export const subnetList: Validator = listOf((item) => subnet(item, null));

export const uuidList: Validator = listOf((item) => uuid(item, null));

export const uniqueStrings: Validator<number | null> = listOf(string);
