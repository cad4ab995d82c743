import type { ResourceDefinition } from '../../resources/index.ts';
import { pythonText } from '../../resources/pythonText.ts';
import { check } from '../../resources/validators/index.ts';
import { badRequest, fault, NeutronError } from '../errors/index.ts';
import type { ResourceService } from '../services/service.ts';
import type { Tagged, Tags } from '../services/tags.ts';
import { type Answer, noContent, ok } from './answer.ts';
import type { ApiRequest } from './request.ts';
import { parseBody } from './requestBody.ts';

const longest = 255;

/** The tags of a PUT. @throws HTTPBadRequest */
function tagsOf(text: string): string[] {
  const tags = parseBody(text)?.tags;
  if (tags === undefined) throw badRequest('Invalid tags body');
  const verdict = check({ list_of_unique_strings: longest }, tags);
  if (verdict) throw fault('InvalidInput', { error_message: verdict });
  return tags as string[];
}

/** `/<collection>/<id>/tags` and `/<collection>/<id>/tags/<tag>`. */
export function createTagHandler(definition: ResourceDefinition, service: ResourceService, tags: Tags) {
  async function one(request: ApiRequest, owner: Tagged, tag: string): Promise<Answer> {
    switch (request.method) {
      case 'GET': {
        const present = (await tags.list(owner)).includes(tag);
        if (!present) throw fault('TagNotFound', { tag });
        return noContent;
      }
      case 'PUT': {
        const verdict = check({ string: longest }, tag);
        if (verdict) throw fault('InvalidInput', { error_message: pythonText(verdict) });
        await tags.add(owner, tag);
        return { status: 201, body: null };
      }
      case 'DELETE':
        await tags.remove(owner, tag);
        return noContent;
      default:
        throw fault('HTTPMethodNotAllowed');
    }
  }

  async function all(request: ApiRequest, owner: Tagged): Promise<Answer> {
    switch (request.method) {
      case 'GET':
        return ok({ tags: await tags.list(owner) });
      case 'PUT':
        return ok({ tags: await tags.replace(owner, tagsOf(request.body)) });
      case 'DELETE':
        await tags.replace(owner, []);
        return noContent;
      default:
        throw fault('HTTPMethodNotAllowed');
    }
  }

  return async (request: ApiRequest): Promise<Answer> => {
    const [id = '', , tag, ...more] = request.rest;
    if (more.length > 0) throw fault('HTTPNotFound');
    await service.get(request.context, id).catch((error: unknown) => {
      const gone = error instanceof NeutronError && error.status === 404;
      throw gone ? fault('TagResourceNotFound', { resource: definition.collection, resource_id: id }) : error;
    });
    const owner: Tagged = { collection: definition.collection, id };
    return tag === undefined ? all(request, owner) : one(request, owner, tag);
  };
}
