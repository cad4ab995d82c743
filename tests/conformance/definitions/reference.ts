import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../../../../shared/reference/', import.meta.url));

/** Why a test against the reference cannot run here; false when it can. */
export const referenceMissing = existsSync(`${folder}attributes.json`)
  ? false
  : '../shared/reference, the facts of Python Neutron, is not here';

type Keyed<Value> = Readonly<Record<string, Value>>;

/** An attribute as Python Neutron declares it. */
export interface ReferenceAttribute {
  readonly allow_post?: boolean;
  readonly allow_put?: boolean;
  readonly is_visible?: boolean;
  readonly is_filter?: boolean;
  readonly is_sort_key?: boolean;
  readonly enforce_policy?: boolean;
  readonly required_by_policy?: boolean;
  readonly primary_key?: boolean;
  readonly default?: unknown;
  readonly validate?: Keyed<unknown>;
  readonly convert_to?: string;
  readonly convert_list_to?: string;
  readonly added_by?: string;
  readonly only_with_extension?: string;
}

export interface ReferenceResource {
  readonly path: string;
  readonly attributes: Keyed<ReferenceAttribute>;
  readonly member_actions?: Keyed<string>;
  readonly native_pagination?: boolean;
  readonly filter_validation?: boolean;
  readonly quota?: { readonly default: number };
  readonly tag_support?: boolean;
}

export interface ReferenceExtension {
  readonly name: string;
  readonly description: string;
  readonly updated: string;
}

const read = <Facts>(name: string): Facts => JSON.parse(readFileSync(folder + name, 'utf8'));

export const referenceAttributes = () =>
  read<{
    readonly resources: Keyed<ReferenceResource>;
    readonly sub_resources: Keyed<ReferenceResource>;
    readonly converter_behaviour_samples: Keyed<Keyed<unknown>>;
  }>('attributes.json');

export const referenceExtensions = () =>
  read<{
    readonly live_sets: Keyed<readonly string[]>;
    readonly extensions: Keyed<ReferenceExtension>;
  }>('extensions.json');

/** A rule `{ 'type:string': 255 }` as definitions here write it. */
function rule(name: string, parameter: unknown): unknown {
  const plain = name.replace(/^type:/, '');
  if (parameter === null) return plain;
  if (/^dict/.test(plain)) return { [plain]: keyRules(parameter as Keyed<Keyed<unknown>>) };
  if (plain === 'list_of_any_key_specs_or_none') {
    return { [plain]: (parameter as Keyed<Keyed<unknown>>[]).map(keyRules) };
  }
  return { [plain]: parameter };
}

const keyRules = (keys: Keyed<Keyed<unknown>>): unknown =>
  Object.fromEntries(
    Object.entries(keys).map(([key, { required, convert_to, ...validate }]) => [
      key,
      {
        validate: ruleOf(validate),
        ...(required ? { required: true } : {}),
        ...(convert_to ? { convert: converter(convert_to as string) } : {}),
      },
    ]),
  );

const ruleOf = (validate: Keyed<unknown> | undefined): unknown =>
  validate && Object.entries(validate).map(([name, parameter]) => rule(name, parameter))[0];

const converter = (name: string | undefined) => name?.replace(/^convert_(to_)?/, '');

/** An attribute of the reference in the words of src/resources, its alias apart. */
export const inOurWords = (attribute: ReferenceAttribute): Keyed<unknown> => {
  const flags = {
    post: attribute.allow_post,
    put: attribute.allow_put,
    hidden: attribute.is_visible !== true,
    filter: attribute.is_filter,
    sort: attribute.is_sort_key,
    enforcePolicy: attribute.enforce_policy,
    requiredByPolicy: attribute.required_by_policy,
  };
  const given = attribute.default !== '<ATTR_NOT_SPECIFIED>';
  return {
    ...Object.fromEntries(Object.entries(flags).filter(([, is]) => is)),
    ...(attribute.allow_post && 'default' in attribute && given ? { default: attribute.default } : {}),
    ...((attribute.allow_post || attribute.allow_put) && !given ? { optional: true } : {}),
    convert: converter(attribute.convert_to),
    convertList: attribute.convert_list_to?.replace(/^convert_/, ''),
    validate: ruleOf(attribute.validate),
  };
};
