import type { ResourceDefinition } from '../../../resources/index.ts';
import { answerSchema } from '../../../resources/schema/attribute.ts';
import { servedAdditions } from '../additions.ts';
import type { ApiParts } from '../registry.ts';
import { servedBy } from '../served.ts';
import { additionPaths } from './additions.ts';
import { basePath, membersPaths, membersSchema, tagPaths, topologyPaths } from './below.ts';
import { collectionPaths } from './collection.ts';
import { commonSchemas, listParameters, resourceSchemas } from './components.ts';
import { type Methods, pathParameter } from './operation.ts';
import { quotaPaths } from './quotas.ts';
import { extensionPaths, rootPaths } from './root.ts';

/** A description of the API in OpenAPI 3.1. */
export interface OpenApiDocument {
  readonly openapi: '3.1.1';
  readonly paths: Readonly<Record<string, Methods>>;
  readonly components: Readonly<Record<'schemas' | 'parameters' | 'securitySchemes', object>>;
  readonly [part: string]: unknown;
}

/** Describes what these parts serve: the definitions that the configuration loads, with the methods their services have. */
export function openApiDocument(parts: ApiParts): OpenApiDocument {
  const served = servedBy(parts);
  const described: readonly ResourceDefinition[] = [
    ...[...served.resources, ...served.children].map(({ definition }) => definition),
    ...(served.topology ? [served.topology] : []),
  ];
  const paths = [
    rootPaths(),
    extensionPaths(),
    ...served.resources.flatMap(({ definition, service }) => [
      collectionPaths(basePath(definition), definition, service),
      definition.tags ? tagPaths(definition) : {},
    ]),
    ...served.children.map(({ definition, parent, serviceOf }) => {
      const id = `${parent.definition.name}_id`;
      const base = `${basePath(parent.definition)}/{${id}}/${definition.path}`;
      return collectionPaths(base, definition, serviceOf(''), [pathParameter(id)]);
    }),
    ...served.members.map(membersPaths),
    served.topology ? topologyPaths(served.topology) : {},
    quotaPaths(),
    ...servedAdditions(parts).map(({ name, addition }) => additionPaths(name, addition)),
  ];
  return {
    openapi: '3.1.1',
    info: {
      title: 'Networking API',
      version: 'v2.0',
      summary: 'OpenStack Networking (Neutron 21.0, Zed), as this server has it.',
      license: { name: 'Apache 2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths: Object.assign({}, ...paths),
    components: {
      securitySchemes: {
        token: {
          type: 'apiKey',
          in: 'header',
          name: 'X-Auth-Token',
          description: 'A token of Keystone, scoped to a project.',
        },
      },
      parameters: listParameters,
      schemas: Object.assign(
        {},
        commonSchemas,
        ...described.map(resourceSchemas),
        ...served.members.map(({ definition }) => ({
          [membersSchema(definition)]: answerSchema(definition.shows),
        })),
      ),
    },
  };
}
