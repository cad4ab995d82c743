import type { Call } from '../command.ts';
import { UriTooLong } from '../errors.ts';
import { type Dict, str } from '../python/value.ts';
import type { Resource } from '../resources.ts';

interface Wanted {
  readonly resource: Resource;
  readonly ids: readonly string[];
  readonly fields: string[];
}

/** Length of `id=<uuid>&`, and of the `&marker=<uuid>` of a further page. */
const idLength = 40;
const markerLength = 44;

/** Fetches objects by id, in as few requests as fit in a URL. */
export const byIds = async (call: Call, { resource, ids, fields }: Wanted): Promise<Map<string, Dict>> => {
  const size = call.args.number('page_size');
  const fetch = (part: readonly string[]): Promise<Dict[]> =>
    call.api.list(resource.plural, resource.path, {
      fields,
      ...(size ? { limit: size } : {}),
      id: [...part],
    });
  const found: Dict[] = [];
  try {
    found.push(...(await fetch(ids)));
  } catch (error) {
    if (!(error instanceof UriTooLong)) throw error;
    const chunk = Math.max(1, Math.floor((idLength * ids.length - error.excess - markerLength) / idLength));
    for (let start = 0; start < ids.length; start += chunk)
      found.push(...(await fetch(ids.slice(start, start + chunk))));
  }
  return new Map(found.map((item) => [str(item.id!), item]));
};
