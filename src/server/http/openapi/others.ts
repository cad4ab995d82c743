import type { MembersDefinition, ResourceDefinition } from '../../../resources/index.ts';
import type { JsonSchema } from '../../../resources/schema/json.ts';
import { quotaDefinition } from '../quotas.ts';
import type { ServedMembers } from '../served.ts';
import { schemaName, schemaNames, schemaReference } from './components.ts';
import { type Methods, objectOf, operation, pathParameter } from './operation.ts';

export const basePath = ({ path }: { readonly path: string }): string => `/v2.0/${path}`;

const text: JsonSchema = { type: 'string' };

/** The tags of each member of a collection. */
export function tagPaths(definition: ResourceDefinition): Record<string, Methods> {
  const { name, collection: tag } = definition;
  const base = `${basePath(definition)}/{${name}_id}/tags`;
  const owner = [pathParameter(`${name}_id`)];
  const one = [...owner, pathParameter('tag')];
  const tags = schemaReference('Tags');
  const say = (verb: string, noun: string) => ({
    id: `${verb}_${name}_${noun}`,
    tag,
    summary: `${verb} ${noun}`,
  });
  return {
    [base]: {
      get: operation({ ...say('list', 'tags'), parameters: owner, answers: [200, tags], refusals: [404] }),
      put: operation({
        ...say('replace', 'tags'),
        parameters: owner,
        body: tags,
        answers: [200, tags],
        refusals: [400, 403, 404],
      }),
      delete: operation({
        ...say('remove', 'tags'),
        parameters: owner,
        answers: [204],
        refusals: [403, 404],
      }),
    },
    [`${base}/{tag}`]: {
      get: operation({ ...say('check', 'tag'), parameters: one, answers: [204], refusals: [404] }),
      put: operation({
        ...say('add', 'tag'),
        parameters: one,
        answers: [201, { type: 'null' }],
        refusals: [400, 403, 404],
      }),
      delete: operation({ ...say('remove', 'tag'), parameters: one, answers: [204], refusals: [403, 404] }),
    },
  };
}

/** The name of the schema of what a list below another resource shows. */
export const membersSchema = ({ below, path }: MembersDefinition): string =>
  schemaName(`${below.name}_${path}`);

/** A list of members below each member of another resource. */
export function membersPaths({ definition, service }: ServedMembers): Record<string, Methods> {
  const { below, path, shows, rules, adds } = definition;
  const base = `${basePath(below)}/{${below.name}_id}/${path}`;
  const parent = [pathParameter(`${below.name}_id`)];
  const id = adds ?? `${shows.name}_id`;
  const list = objectOf(
    { [shows.collection]: { type: 'array', items: schemaReference(membersSchema(definition)) } },
    [shows.collection],
  );
  const member = rules.member.replaceAll('-', '_');
  const say = (verb: string) => ({
    id: `${verb}_${below.name}_${member}`,
    tag: below.collection,
    summary: `${verb}: ${rules.member}`,
  });
  return {
    [base]: {
      get: operation({ ...say('list'), parameters: parent, answers: [200, list], refusals: [404] }),
      ...(service.add && adds
        ? {
            post: operation({
              ...say('add'),
              parameters: parent,
              body: objectOf({ [adds]: { type: 'string', format: 'uuid' } }, [adds]),
              answers: [201, { type: 'null' }],
              refusals: [400, 403, 404, 409],
            }),
          }
        : {}),
    },
    ...(service.remove
      ? {
          [`${base}/{${id}}`]: {
            delete: operation({
              ...say('remove'),
              parameters: [...parent, pathParameter(id)],
              answers: [204],
              refusals: [403, 404, 409],
            }),
          },
        }
      : {}),
  };
}

/** The topology that a project gets without asking for each part. */
export function topologyPaths(definition: ResourceDefinition): Record<string, Methods> {
  const { name, collection: tag } = definition;
  const parameters = [pathParameter('project_id')];
  const answer = objectOf({ [name]: { anyOf: [schemaReference(schemaNames(definition).answer), {}] } }, [
    name,
  ]);
  return {
    [`${basePath(definition)}/{project_id}`]: {
      get: operation({
        id: `show_${name}`,
        tag,
        summary: 'Show the topology; it is made when there is none',
        parameters: [
          ...parameters,
          {
            name: 'fields',
            in: 'query',
            schema: { enum: ['dry-run'] },
            description: 'Only ask whether it could be made.',
          },
        ],
        answers: [200, answer],
        refusals: [400, 403, 404, 409],
      }),
      delete: operation({
        id: `delete_${name}`,
        tag,
        summary: 'Delete the topology',
        parameters,
        answers: [204],
        refusals: [403, 404, 409],
      }),
    },
  };
}

const limits: JsonSchema = objectOf(
  Object.fromEntries(quotaDefinition.order.map((name) => [name, { type: 'integer', minimum: -1 }])),
  quotaDefinition.order,
);
const detail = objectOf(
  { limit: { type: 'integer' }, used: { type: 'integer' }, reserved: { type: 'integer' } },
  ['limit', 'used', 'reserved'],
);

/** Quotas, of all projects that have some of their own and of one project. */
export function quotaPaths(): Record<string, Methods> {
  const base = '/v2.0/quotas';
  const parameters = [pathParameter('project_id')];
  const quota = (schema: JsonSchema) => objectOf({ quota: schema }, ['quota']);
  const details = objectOf(
    Object.fromEntries(quotaDefinition.order.map((name) => [name, detail])),
    quotaDefinition.order,
  );
  const say = (id: string, summary: string) => ({ id, tag: 'quotas', summary });
  const change: JsonSchema = {
    type: 'object',
    properties: {
      ...Object.fromEntries(quotaDefinition.order.map((name) => [name, { type: 'integer', minimum: -1 }])),
      check_limit: { type: 'boolean', description: 'Refuse a limit below what is used.' },
      force: { type: 'boolean' },
    },
    additionalProperties: false,
  };
  return {
    [base]: {
      get: operation({
        ...say('list_quotas', 'Projects with limits of their own'),
        answers: [
          200,
          objectOf({ quotas: { type: 'array', items: { ...limits, additionalProperties: true } } }, [
            'quotas',
          ]),
        ],
        refusals: [403],
      }),
    },
    ...Object.fromEntries(
      ['tenant', 'project'].map((name) => [
        `${base}/${name}`,
        {
          get: operation({
            ...say(`own_${name}`, "The caller's own project"),
            answers: [200, objectOf({ [name]: objectOf({ [`${name}_id`]: text }, [`${name}_id`]) }, [name])],
            refusals: [],
          }),
        },
      ]),
    ),
    [`${base}/{project_id}`]: {
      get: operation({
        ...say('show_quota', 'The limits of a project'),
        parameters,
        answers: [200, quota(limits)],
        refusals: [403],
      }),
      put: operation({
        ...say('update_quota', 'Set limits of a project'),
        parameters,
        body: quota(change),
        answers: [200, quota(limits)],
        refusals: [400, 403],
      }),
      delete: operation({
        ...say('delete_quota', 'Go back to the default limits'),
        parameters,
        answers: [204],
        refusals: [403, 404],
      }),
    },
    [`${base}/{project_id}/default`]: {
      get: operation({
        ...say('default_quota', 'The limits of a project without its own'),
        parameters,
        answers: [200, quota(limits)],
        refusals: [403],
      }),
    },
    [`${base}/{project_id}/details`]: {
      get: operation({
        ...say('quota_details', 'The limits of a project, and what is used of them'),
        parameters,
        answers: [200, quota(details)],
        refusals: [403],
      }),
    },
  };
}

export function extensionPaths(): Record<string, Methods> {
  const extension = schemaReference('Extension');
  return {
    '/v2.0/extensions': {
      get: operation({
        id: 'list_extensions',
        tag: 'extensions',
        summary: 'The extensions that the server has',
        answers: [200, objectOf({ extensions: { type: 'array', items: extension } }, ['extensions'])],
        refusals: [],
      }),
    },
    '/v2.0/extensions/{alias}': {
      get: operation({
        id: 'show_extension',
        tag: 'extensions',
        summary: 'One extension',
        parameters: [pathParameter('alias')],
        answers: [200, objectOf({ extension }, ['extension'])],
        refusals: [],
        otherErrors: { type: 'object' },
      }),
    },
  };
}

const link = objectOf({ rel: text, href: text }, ['rel', 'href']);

/** What describes the API itself. */
export function rootPaths(): Record<string, Methods> {
  const version = objectOf({ id: text, status: text, links: { type: 'array', items: link } }, [
    'id',
    'status',
    'links',
  ]);
  const versions = objectOf({ versions: { type: 'array', items: version } }, ['versions']);
  const resource = objectOf({ name: text, collection: text, links: { type: 'array', items: link } }, [
    'name',
  ]);
  const open = (id: string, summary: string, schema: JsonSchema) => {
    const { 200: done } = operation({ id, tag: 'api', summary, answers: [200, schema], refusals: [] })
      .responses as {
      readonly 200: unknown;
    };
    return { operationId: id, tags: ['api'], summary, security: [], responses: { 200: done } };
  };
  return {
    '/': { get: open('versions', 'The versions of the API', versions) },
    '/healthcheck': { get: open('healthcheck', 'Whether the server answers', { type: 'object' }) },
    '/openapi.json': { get: open('openapi', 'This description', { type: 'object' }) },
    '/v2.0/': {
      get: operation({
        id: 'core_resources',
        tag: 'api',
        summary: 'The resources that are there without any extension',
        answers: [200, objectOf({ resources: { type: 'array', items: resource } }, ['resources'])],
        refusals: [],
      }),
    },
  };
}
