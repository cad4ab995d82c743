import { ClientError } from '../errors.ts';
import type { Api } from '../http/api.ts';
import { type Dict, isDict } from '../python/value.ts';
import { floatingip, type Resource, securityGroupRule } from '../resources.ts';
import { NAME } from './label.ts';

/** Kinds of objects that have no name. */
const NAMELESS: readonly Resource[] = [floatingip, securityGroupRule];

/** Makes objects that carry a label, and knows when none is being made any more. */
export interface Maker {
  make(resource: Resource, body: Dict): Promise<Dict>;
  makeAll(resource: Resource, bodies: readonly Dict[]): Promise<Dict[]>;
  /** Lets nothing more be made; resolves when what was begun is there, so that it can be found and removed. */
  end(): Promise<void>;
}

export function createMaker(api: Api, label: string): Maker {
  const running = new Set<Promise<unknown>>();
  let ended = false;

  const post = async (path: string, body: Dict): Promise<Dict> => {
    if (ended) throw new ClientError('interrupted');
    const request = api.post(path, body);
    const settled = request.catch(() => undefined).finally(() => running.delete(settled));
    running.add(settled);
    return request;
  };
  const labelled = (resource: Resource, body: Dict): Dict => ({
    ...(NAMELESS.includes(resource) ? {} : { name: NAME }),
    description: label,
    ...body,
  });

  return {
    async make(resource, body) {
      const made = (await post(resource.path, { [resource.name]: labelled(resource, body) }))[resource.name];
      return isDict(made) ? made : {};
    },
    async makeAll(resource, bodies) {
      const body = { [resource.plural]: bodies.map((one) => labelled(resource, one)) };
      const made = (await post(resource.path, body))[resource.plural];
      return Array.isArray(made) ? made.filter(isDict) : [];
    },
    async end() {
      ended = true;
      await Promise.all(running);
    },
  };
}
