import type { ConverterName } from '../converters/index.ts';
import { type Attribute, keyOf, policySubject, type ResourceDefinition } from '../definition.ts';
import { meaningOf } from '../documentation/meanings.ts';
import type { JsonSchema } from './json.ts';
import { orNull, ruleSchema } from './rules.ts';

const held: Readonly<Record<NonNullable<Attribute['holds']>, JsonSchema>> = {
  boolean: { type: 'boolean' },
  integer: { type: 'integer' },
  // Neutron shows some numbers as texts after a create, and as numbers after an update.
  numeral: { type: ['integer', 'string'] },
  object: { type: 'object' },
  objects: { type: 'array', items: { type: 'object' } },
  text: { type: 'string' },
  texts: { type: 'array', items: { type: 'string' } },
  time: { type: 'string', format: 'date-time' },
  uuid: { type: 'string', format: 'uuid' },
  uuids: { type: 'array', items: { type: 'string', format: 'uuid' } },
};

/** What a converter gives, for attributes without a validation; a text where it is not named. */
const converted: Readonly<Partial<Record<ConverterName, JsonSchema>>> = {
  boolean: { type: 'boolean' },
  boolean_if_not_none: { type: ['boolean', 'null'] },
  int: { type: 'integer' },
  validate_port_value: { type: ['integer', 'null'], minimum: 0, maximum: 65535 },
};

/** What clients send. */
function inputSchema({ validate, convert, holds, default: value }: Attribute): JsonSchema {
  const own = convert ? converted[convert] : undefined;
  const schema = validate ? ruleSchema(validate) : (own ?? held[holds ?? 'text']);
  const nullable = value === null || convert === 'none_to_empty_list' ? orNull(schema) : schema;
  return value === undefined ? nullable : { ...nullable, default: value };
}

/** What answers show: nothing is null but what may be. */
function outputSchema(attribute: Attribute, isKey: boolean): JsonSchema {
  const { holds, validate, convert } = attribute;
  if (holds) return orNull(held[holds]);
  // Validations limit what is written; what an agent or an older release wrote is shown as it is.
  const {
    maxLength: _longest,
    minLength: _shortest,
    not: _not,
    ...schema
  } = validate ? ruleSchema(validate) : ((convert && converted[convert]) ?? held.text);
  return isKey || convert === 'boolean' ? schema : orNull(schema);
}

const isProject = (name: string) => name === 'tenant_id' || name === 'project_id';

/** Attributes of a definition that `choose` takes, under both names of the project where it is one of them. */
function properties(
  definition: ResourceDefinition,
  choose: (attribute: Attribute) => boolean,
  schemaOf: (name: string, attribute: Attribute) => JsonSchema,
): Record<string, JsonSchema> {
  const chosen = Object.entries<Attribute>(definition.attributes).filter(([, attribute]) =>
    choose(attribute),
  );
  return Object.fromEntries(
    chosen.flatMap(([name, attribute]) => {
      const description = meaningOf(policySubject(definition), name);
      const schema = { ...schemaOf(name, attribute), ...(description ? { description } : {}) };
      return isProject(name)
        ? [
            ['tenant_id', schema],
            ['project_id', schema],
          ]
        : [[name, schema]];
    }),
  );
}

/** The body of a POST. */
export function createSchema(definition: ResourceDefinition): JsonSchema {
  const required = Object.entries<Attribute>(definition.attributes)
    .filter(
      ([name, { post, optional, ...rest }]) => post && !optional && !('default' in rest) && !isProject(name),
    )
    .map(([name]) => name);
  return {
    type: 'object',
    properties: properties(
      definition,
      ({ post }) => post === true,
      (_, attribute) => inputSchema(attribute),
    ),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

/** The body of a PUT: nothing is required, and what is left out stays. */
export function updateSchema(definition: ResourceDefinition): JsonSchema {
  const changeable = properties(
    definition,
    ({ put }) => put === true,
    (_, attribute) => {
      const { default: _default, ...schema } = inputSchema(attribute);
      return schema;
    },
  );
  return { type: 'object', properties: changeable, additionalProperties: false };
}

/** One of it in an answer. Policy or `fields` may leave out any attribute. */
export function answerSchema(definition: ResourceDefinition): JsonSchema {
  const all = properties(
    definition,
    ({ hidden }) => !hidden,
    (name, attribute) => outputSchema(attribute, name === keyOf(definition)),
  );
  const shown = definition.order.map((name) => [name, all[name] ?? {}]);
  return { type: 'object', properties: Object.fromEntries(shown), additionalProperties: false };
}
