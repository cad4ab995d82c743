import { findingSchema } from '../../../resources/additions.ts';
import type { ResourceDefinition } from '../../../resources/index.ts';
import { answerSchema, createSchema, updateSchema } from '../../../resources/schema/attribute.ts';
import type { JsonSchema } from '../../../resources/schema/json.ts';

/** `security_group` and `dhcp-network` as a name of a schema: `SecurityGroup`, `DhcpNetwork`. */
export const schemaName = (name: string): string =>
  name.replace(/(?:^|[_-])([a-z])/g, (_, letter: string) => letter.toUpperCase());

export const schemaReference = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
export const parameterReference = (name: string): JsonSchema => ({ $ref: `#/components/parameters/${name}` });

/** What a resource's schemas are called; a child carries its parent's name, as its policy rules do. */
export const schemaNames = ({ name, below }: ResourceDefinition) => {
  const own = schemaName(below === undefined ? name : `${below}_${name}`);
  return { answer: own, create: `${own}Create`, update: `${own}Update` };
};

export function resourceSchemas(definition: ResourceDefinition): Record<string, JsonSchema> {
  const { answer, create, update } = schemaNames(definition);
  return {
    [answer]: answerSchema(definition),
    [create]: createSchema(definition),
    [update]: updateSchema(definition),
  };
}

const repeated = (name: string, description: string, items: JsonSchema = { type: 'string' }) => ({
  name,
  in: 'query',
  description,
  schema: { type: 'array', items },
  explode: true,
});

/** Query parameters that lists have in common. */
export const listParameters = {
  fields: repeated('fields', 'Attributes to show; all when none is named.'),
  sort_key: repeated('sort_key', 'Attributes to sort by, each with its sort_dir.'),
  sort_dir: repeated('sort_dir', 'Directions, one for each sort_key.', { enum: ['asc', 'desc'] }),
  limit: {
    name: 'limit',
    in: 'query',
    description: 'The greatest number of a page; 0 for no pages.',
    schema: { type: 'integer', minimum: 0 },
  },
  marker: {
    name: 'marker',
    in: 'query',
    description: 'What the page before ended with, or the page after begins with when page_reverse is true.',
    schema: { type: 'string' },
  },
  page_reverse: {
    name: 'page_reverse',
    in: 'query',
    description: 'The page before the marker, instead of the one after it.',
    schema: { type: 'boolean', default: false },
  },
  changed_since: {
    name: 'changed_since',
    in: 'query',
    description: 'Only what changed at this time or later, e.g. 2026-01-31T12:00:00Z.',
    schema: { type: 'string', format: 'date-time' },
  },
} as const;

/** Schemas that belong to no resource. */
export const commonSchemas: Readonly<Record<string, JsonSchema>> = {
  Error: {
    type: 'object',
    description: 'Why a request was refused: the name of the fault, and the reason in words.',
    properties: {
      NeutronError: {
        type: 'object',
        properties: {
          type: { type: 'string', examples: ['NetworkNotFound'] },
          message: { type: 'string' },
          detail: { type: 'string' },
        },
        required: ['type', 'message', 'detail'],
      },
    },
    required: ['NeutronError'],
  },
  Finding: findingSchema,
  Links: {
    type: 'array',
    description: 'The pages after and before this one.',
    items: {
      type: 'object',
      properties: { rel: { enum: ['next', 'previous'] }, href: { type: 'string', format: 'uri' } },
      required: ['rel', 'href'],
    },
  },
  Tags: {
    type: 'object',
    properties: { tags: { type: 'array', items: { type: 'string', maxLength: 255 }, uniqueItems: true } },
    required: ['tags'],
  },
  Extension: {
    type: 'object',
    properties: {
      alias: { type: 'string' },
      name: { type: 'string' },
      description: { type: 'string' },
      updated: { type: 'string' },
      links: { type: 'array', items: { type: 'object' } },
    },
    required: ['alias', 'name', 'description', 'updated', 'links'],
  },
};
