import type { ResourceDefinition } from '../../resources/index.ts';
import { isPythonFalse } from '../../resources/pythonText.ts';
import { badRequest } from '../errors/index.ts';
import { type Item, isItem } from '../services/service.ts';
import type { ApiRequest } from './request.ts';
import { parseBody } from './requestBody.ts';

/** What Python sees when it goes through a JSON value: of a dictionary its keys. */
function eachOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === 'string') return [...value];
  if (isItem(value)) return Object.keys(value);
  throw badRequest('Body contains invalid data');
}

/**
 * Reads the items of the bodies of POST and PUT, and refuses in Neutron's words.
 *
 * @throws HTTPBadRequest from both functions
 */
export function createBodies({ name, alias, bulk }: ResourceDefinition, allowBulk: boolean) {
  // Neutron looks for several under the singular with an s, also where that is not the plural.
  const plural = `${name}s`;

  /** The body; resources of extensions take no empty one. */
  function bodyOf(request: ApiRequest): Item {
    const body = parseBody(request.body) ?? {};
    if (alias !== undefined && isPythonFalse(body)) throw badRequest('Resource body required');
    return body;
  }

  function itemOf(body: Item): Item {
    const item = body[name] ?? null;
    if (item === null) throw badRequest(`Unable to find '${name}' in request body`);
    if (!isItem(item)) throw badRequest(`Object '${name}' contains invalid data`);
    return item;
  }

  function itemOfBulk(given: unknown): Item {
    if (given === null || (typeof given !== 'object' && typeof given !== 'string')) {
      throw badRequest('Body contains invalid data');
    }
    return itemOf(isItem(given) && Object.hasOwn(given, name) ? given : { [name]: given });
  }

  return {
    /** The item of a PUT. */
    one: (request: ApiRequest): Item => itemOf(bodyOf(request)),

    /** The items of a POST, and whether it is one in bulk. */
    several(request: ApiRequest): { readonly items: readonly Item[]; readonly bulk: boolean } {
      const body = bodyOf(request);
      if (!Object.hasOwn(body, plural)) return { items: [itemOf(body)], bulk: false };
      if (!bulk || !allowBulk) throw badRequest('Bulk operation not supported');
      if (isPythonFalse(body[plural])) throw badRequest('Resources required');
      return { items: eachOf(body[plural]).map(itemOfBulk), bulk: true };
    },
  };
}
