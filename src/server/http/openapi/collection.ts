import {
  type Attribute,
  keyOf,
  policySubject,
  type ResourceDefinition,
} from '../../../resources/definition.ts';
import type { JsonSchema } from '../../../resources/schema/json.ts';
import type { ResourceService } from '../../services/service.ts';
import { type listParameters, parameterReference, schemaNames, schemaReference } from './components.ts';
import { type Methods, objectOf, operation, pathParameter } from './operation.ts';

const words = (name: string) => name.replaceAll(/[_-]/g, ' ');

/** Filters of a list: its attributes, and both names of the project. */
function filterParameters(definition: ResourceDefinition): JsonSchema[] {
  const names = Object.entries<Attribute>(definition.attributes)
    .filter(([, { filter }]) => filter)
    .flatMap(([name]) =>
      name === 'tenant_id' || name === 'project_id' ? ['tenant_id', 'project_id'] : [name],
    );
  return names.map((name) => ({
    name,
    in: 'query',
    description: `Only those with this ${name}; several values are alternatives.`,
    schema: { type: 'array', items: { type: 'string' } },
    explode: true,
  }));
}

function parametersOf(definition: ResourceDefinition): JsonSchema[] {
  const { unpaged, unsorted, attributes } = definition;
  const common: (keyof typeof listParameters)[] = [
    'fields',
    ...(unsorted ? [] : (['sort_key', 'sort_dir'] as const)),
    ...(unpaged ? [] : (['limit', 'marker', 'page_reverse'] as const)),
    ...(Object.hasOwn(attributes, 'updated_at') ? (['changed_since'] as const) : []),
  ];
  return [...filterParameters(definition), ...common.map(parameterReference)];
}

/**
 * Paths of one collection at `base`: the list, the members and their actions, each with the methods that its service has.
 * `parameters` are those of the base path.
 */
export function collectionPaths(
  base: string,
  definition: ResourceDefinition,
  service: ResourceService,
  parameters: readonly JsonSchema[] = [],
): Record<string, Methods> {
  const { name, collection, bulk, actions = [] } = definition;
  const subject = policySubject(definition).replaceAll('-', '_');
  const schema = schemaNames(definition);
  const [tag, thing] = [collection, words(subject)];
  const answer = objectOf({ [name]: schemaReference(schema.answer) }, [name]);
  const id = `${subject}_${keyOf(definition)}`;
  const member = [...parameters, pathParameter(id)];
  const wrapped = (key: string, of: string): JsonSchema => objectOf({ [key]: schemaReference(of) }, [key]);
  const several = (of: string): JsonSchema =>
    objectOf({ [collection]: { type: 'array', items: schemaReference(of) } }, [collection]);
  const both = (one: JsonSchema, of: string): JsonSchema => (bulk ? { anyOf: [one, several(of)] } : one);
  const list = objectOf(
    {
      [collection]: { type: 'array', items: schemaReference(schema.answer) },
      ...(definition.unpaged ? {} : { [`${collection}_links`]: schemaReference('Links') }),
    },
    [collection],
  );
  const say = (verb: string, summary: string) => ({ id: `${verb}_${subject}`, tag, summary });

  const ofAll: Methods = {
    get: operation({
      ...say('list', `List: ${words(collection)}`),
      parameters: [...parameters, ...parametersOf(definition)],
      answers: [200, list],
      refusals: [400],
    }),
    ...(service.create
      ? {
          post: operation({
            ...say('create', `Create: ${thing}${bulk ? ', or several at once' : ''}`),
            parameters,
            body: both(wrapped(name, schema.create), schema.create),
            answers: [201, both(answer, schema.answer)],
            refusals: [400, 403, 404, 409],
          }),
        }
      : {}),
  };
  const ofOne: Methods = {
    get: operation({
      ...say('show', `Show: ${thing}`),
      parameters: [...member, parameterReference('fields')],
      answers: [200, answer],
      refusals: [404],
    }),
    ...(service.update
      ? {
          put: operation({
            ...say('update', `Update: ${thing}`),
            parameters: member,
            body: wrapped(name, schema.update),
            answers: [200, answer],
            refusals: [400, 403, 404, 409, 412],
          }),
        }
      : {}),
    ...(service.delete
      ? {
          delete: operation({
            ...say('delete', `Delete: ${thing}`),
            parameters: member,
            answers: [204],
            refusals: [403, 404, 409, 412],
          }),
        }
      : {}),
  };
  const acts = actions.filter((action) => service.actions && Object.hasOwn(service.actions, action));
  return {
    [base]: ofAll,
    [`${base}/{${id}}`]: ofOne,
    ...Object.fromEntries(
      acts.map((action) => [
        `${base}/{${id}}/${action}`,
        {
          put: operation({
            id: `${action}_${subject}`,
            tag,
            summary: `${thing}: ${words(action)}`,
            parameters: member,
            body: { type: 'object' },
            answers: [200, {}],
            refusals: [400, 403, 404, 409],
          }),
        },
      ]),
    ),
  };
}
