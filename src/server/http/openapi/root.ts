import type { JsonSchema } from '../../../resources/schema/json.ts';
import { schemaReference } from './components.ts';
import { type Methods, objectOf, operation, pathParameter } from './operation.ts';

const text: JsonSchema = { type: 'string' };

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

/** Numbers for Prometheus. */
function metrics() {
  const described = operation({
    id: 'metrics',
    tag: 'api',
    summary: 'Problems, agents and ports in numbers, for Prometheus (an addition to Neutron)',
    answers: [200],
    refusals: [403],
  });
  const done = { description: "Prometheus' text format.", content: { 'text/plain': { schema: text } } };
  return { ...described, responses: { ...(described.responses as object), 200: done } };
}

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
    '/metrics': { get: metrics() },
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
