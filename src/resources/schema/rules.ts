import type { KeyRule, KeyRules } from '../validators/collections.ts';
import type { Parameters, Plain, Rule } from '../validators/index.ts';
import type { JsonSchema } from './json.ts';

const text: JsonSchema = { type: 'string' };
const uuid: JsonSchema = { type: 'string', format: 'uuid' };
const address: JsonSchema = { type: 'string', anyOf: [{ format: 'ipv4' }, { format: 'ipv6' }] };
const cidr: JsonSchema = { type: 'string', examples: ['10.0.0.0/24', '2001:db8::/64'] };
const mac: JsonSchema = { type: 'string', examples: ['fa:16:3e:12:34:56'] };
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });

const objectOf = (
  properties: Readonly<Record<string, JsonSchema>>,
  required = Object.keys(properties),
): JsonSchema => ({ type: 'object', properties, ...(required.length > 0 ? { required } : {}) });

/** A schema that null fits as well. */
export const orNull = (schema: JsonSchema): JsonSchema => {
  if ('enum' in schema) {
    const values = schema.enum as readonly unknown[];
    return values.includes(null) ? schema : { ...schema, enum: [...values, null] };
  }
  const { type } = schema;
  return typeof type === 'string' || Array.isArray(type)
    ? { ...schema, type: [...new Set([type, 'null'].flat())] }
    : { anyOf: [schema, { type: 'null' }] };
};

const keyed = (rules: KeyRules | null): JsonSchema => {
  if (rules === null) return { type: 'object' };
  const entries = Object.entries<KeyRule>(rules);
  return {
    ...objectOf(
      Object.fromEntries(entries.map(([key, { validate }]) => [key, ruleSchema(validate)])),
      entries.filter(([, { required }]) => required).map(([key]) => key),
    ),
    additionalProperties: false,
  };
};

const plain: Readonly<Record<Plain, JsonSchema>> = {
  availability_zone_hint_list: listOf(text),
  boolean: { type: 'boolean' },
  fixed_ips: listOf(objectOf({ subnet_id: uuid, ip_address: address }, [])),
  hostroutes: listOf(objectOf({ destination: cidr, nexthop: address })),
  ip_address: address,
  ip_address_or_none: orNull(address),
  ip_pools: listOf(objectOf({ start: address, end: address })),
  list_of_subnet_service_types: listOf(text),
  mac_address: mac,
  mac_address_or_none: orNull(mac),
  nameservers: listOf(address),
  network_segments: listOf(
    objectOf(
      {
        'provider:network_type': text,
        'provider:physical_network': orNull(text),
        'provider:segmentation_id': orNull({ type: 'integer' }),
      },
      [],
    ),
  ),
  non_negative: { type: 'integer', minimum: 0 },
  service_plugin_type: text,
  subnet: cidr,
  subnet_list: listOf(cidr),
  subnet_or_none: orNull(cidr),
  subnetpool_id_or_none: { anyOf: [uuid, { const: 'prefix_delegation' }, { type: 'null' }] },
  uuid,
  uuid_list: listOf(uuid),
  uuid_or_none: orNull(uuid),
};

const longest = (limit: number | null): JsonSchema => (limit === null ? text : { ...text, maxLength: limit });
const filled = (limit: number | null): JsonSchema => ({ ...longest(limit), minLength: 1 });

const parameterised: { readonly [Name in keyof Parameters]: (parameter: Parameters[Name]) => JsonSchema } = {
  string: longest,
  string_or_none: (limit) => orNull(longest(limit)),
  not_empty_string: filled,
  not_empty_string_or_none: (limit) => orNull(filled(limit)),
  oneline_not_empty_string: filled,
  oneline_not_empty_string_or_none: (limit) => orNull(filled(limit)),
  name_not_default: (limit) => ({ ...longest(limit), not: { const: 'default' } }),
  list_of_unique_strings: (limit) => ({ ...listOf(longest(limit)), uniqueItems: true }),
  allowed_address_pairs: (limit) => ({
    ...listOf(objectOf({ ip_address: text, mac_address: mac }, ['ip_address'])),
    maxItems: limit,
  }),
  dns_host_name: (rule) => longest(typeof rule === 'number' ? rule : rule.longest),
  fip_dns_host_name: longest,
  dns_domain_name: longest,
  range: ([minimum, maximum]) => ({ type: 'integer', minimum, maximum }),
  values: (values) => ({ enum: values }),
  dict: keyed,
  dict_or_none: (rules) => orNull(keyed(rules)),
  dict_or_nodata: (rules) => orNull(keyed(rules)),
  list_of_any_key_specs_or_none: (alternatives) => orNull(listOf({ anyOf: alternatives.map(keyed) })),
};

/** What a validation lets pass, as a JSON schema of the values that clients best send. */
export function ruleSchema(rule: Rule): JsonSchema {
  if (typeof rule === 'string') return plain[rule];
  const [name, parameter] = Object.entries(rule)[0] as [keyof Parameters, unknown];
  return (parameterised[name] as (parameter: unknown) => JsonSchema)(parameter);
}
