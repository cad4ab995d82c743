import type { MembersDefinition, ResourceDefinition } from '../../../resources/index.ts';
import type { ServedMembers } from '../served.ts';
import { schemaName, schemaNames, schemaReference } from './components.ts';
import { type Methods, objectOf, operation, pathParameter } from './operation.ts';

export const basePath = ({ path }: { readonly path: string }): string => `/v2.0/${path}`;

/** The tags of each member of a collection. */
export function tagPaths(definition: ResourceDefinition): Record<string, Methods> {
  const { name, collection: tag } = definition;
  const base = `/v2.0/${tag.replaceAll('_', '-')}/{${name}_id}/tags`;
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
