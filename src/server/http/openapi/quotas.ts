import type { JsonSchema } from '../../../resources/schema/json.ts';
import { quotaDefinition } from '../quotas.ts';
import { type Methods, objectOf, operation, pathParameter } from './operation.ts';

const text: JsonSchema = { type: 'string' };

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
