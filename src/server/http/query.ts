import { convert } from '../../resources/converters/index.ts';
import { type Attribute, keyOf, type ResourceDefinition } from '../../resources/definition.ts';
import { pythonInt } from '../../resources/pythonNumber.ts';
import { pythonText } from '../../resources/pythonText.ts';
import { badRequest, fault } from '../errors/index.ts';
import type { ListQuery } from '../services/service.ts';

/** A list request: what the service gets, and the fields to show (none given: all). */
export interface ParsedQuery {
  readonly list: ListQuery;
  readonly fields: readonly string[];
}

export interface QueryRules {
  /** Unknown filters are refused. */
  readonly validateFilters: boolean;
  /** Greatest page; undefined: no limit. */
  readonly maxLimit: number | undefined;
}

const special = new Set(['fields', 'sort_key', 'sort_dir', 'limit', 'marker', 'page_reverse']);
const tagFilters = new Set(['tags', 'tags-any', 'not-tags', 'not-tags-any']);

const nameOf = (key: string): string => (key === 'project_id' ? 'tenant_id' : key);

function sortsOf(definition: ResourceDefinition, params: URLSearchParams): ListQuery['sorts'] {
  const keys = params.getAll('sort_key').filter(Boolean);
  const directions = params.getAll('sort_dir').filter(Boolean);
  if (keys.length !== directions.length)
    throw badRequest('The number of sort_keys and sort_dirs must be same');
  const unknown = keys.filter((key) => !definition.attributes[nameOf(key)]?.sort);
  if (unknown.length > 0) throw badRequest(`${pythonText(unknown)} is invalid attribute for sort_keys`);
  const wrong = directions.filter((direction) => direction !== 'asc' && direction !== 'desc');
  if (wrong.length > 0) {
    throw badRequest(`${pythonText(wrong)} is invalid value for sort_dirs, valid value is 'asc' and 'desc'`);
  }
  const sorts = keys.map((key, index) => ({
    key: nameOf(key),
    direction: directions[index] as 'asc' | 'desc',
  }));
  const last = keyOf(definition);
  return sorts.some(({ key }) => key === last) ? sorts : [...sorts, { key: last, direction: 'asc' }];
}

/** More items than there can be, and few enough for any database. */
const longestPage = 2 ** 31 - 1;

function limitOf(params: URLSearchParams, maxLimit: number | undefined): number | undefined {
  const text = params.get('limit') ?? '0';
  const limit = pythonInt(text);
  if (limit === undefined || limit < 0) {
    throw fault('BadRequest', {
      resource: 'limit',
      msg: `Limit must be an integer 0 or greater and not '${limit ?? text}'`,
    });
  }
  if (limit === 0) return maxLimit;
  return Math.min(limit, maxLimit ?? longestPage);
}

/** Sorts and page of a list; a marker counts only in a list that has pages. */
function pageOf(
  definition: ResourceDefinition,
  params: URLSearchParams,
  maxLimit: number | undefined,
): Pick<ListQuery, 'sorts' | 'limit' | 'marker' | 'pageReverse'> {
  const limit = definition.unpaged ? undefined : limitOf(params, maxLimit);
  const sorts = definition.unsorted ? [] : sortsOf(definition, params);
  if (limit === undefined) return { sorts };
  const marker = params.get('marker') || undefined;
  return {
    sorts,
    limit,
    ...(marker === undefined ? {} : { marker }),
    ...(params.get('page_reverse')?.toLowerCase() === 'true' ? { pageReverse: true } : {}),
  };
}

/** The time that changed_since names, as the database writes it. */
function changedSince(text: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})Z$/.exec(text);
  if (match) return `${match[1]} ${match[2]}`;
  throw fault('InvalidInput', {
    error_message: 'The input changed_since must be in the following format: YYYY-MM-DDTHH:MM:SSZ',
  });
}

/** The accepted values of one filter, converted as the attribute's values are. */
function filterValues(name: string, attribute: Attribute, given: readonly string[]): readonly unknown[] {
  if (tagFilters.has(name)) return given.flatMap((value) => value.split(','));
  if (attribute.convertList) return [convert(attribute.convertList, given)];
  const { convert: converter } = attribute;
  return converter ? given.map((value) => convert(converter, value)) : given;
}

function filtersOf(definition: ResourceDefinition, params: URLSearchParams, validate: boolean) {
  const filters: Record<string, readonly unknown[]> = {};
  const unknown: string[] = [];
  for (const key of new Set(params.keys())) {
    if (special.has(key)) continue;
    const name = nameOf(key);
    if (name === 'changed_since' && definition.attributes.updated_at) {
      filters[name] = params.getAll(key).map(changedSince);
      continue;
    }
    const attribute = Object.hasOwn(definition.attributes, name) ? definition.attributes[name] : undefined;
    if (!attribute?.filter) {
      if (definition.anyFilter) filters[name] = params.getAll(key);
      else unknown.push(key);
      continue;
    }
    const values = filterValues(name, attribute, params.getAll(key));
    // Both names of the project given: both must fit.
    filters[name] = filters[name]?.filter((value) => values.includes(value)) ?? values;
  }
  if (validate && unknown.length > 0) {
    throw badRequest(`${pythonText(unknown)} is invalid attribute for filtering`);
  }
  return filters;
}

/** Reads the query string of a list request. @throws NeutronError with status 400 */
export function parseQuery(
  definition: ResourceDefinition,
  params: URLSearchParams,
  { validateFilters, maxLimit }: QueryRules,
): ParsedQuery {
  const fields = params.getAll('fields').filter(Boolean);
  const forPolicy = Object.entries<Attribute>(definition.attributes)
    .filter(([, attribute]) => attribute.requiredByPolicy)
    .map(([name]) => name);
  const needed = [keyOf(definition), ...forPolicy, ...fields.map(nameOf)];
  return {
    fields,
    list: {
      filters: filtersOf(definition, params, validateFilters),
      ...pageOf(definition, params, maxLimit),
      ...(fields.length === 0 ? {} : { fields: [...new Set(needed)] }),
    },
  };
}

interface Link {
  readonly rel: 'next' | 'previous';
  readonly href: string;
}

/** The links of a page, from its first and last item; `url` is the request's without the query. */
export function pageLinks(
  url: string,
  params: URLSearchParams,
  { limit, pageReverse = false }: ListQuery,
  ids: readonly unknown[],
): Link[] {
  if (limit === undefined) return [];
  const link = (marker: unknown, reverse: boolean): string => {
    const query = new URLSearchParams(params);
    query.delete('marker');
    query.delete('page_reverse');
    if (marker !== undefined) query.append('marker', String(marker));
    if (reverse) query.append('page_reverse', 'True');
    return `${url}?${String(query).replaceAll('*', '%2A').replaceAll('%7E', '~')}`;
  };
  const short = ids.length < limit;
  return [
    ...(short && !pageReverse ? [] : [{ rel: 'next', href: link(ids.at(-1), false) } as const]),
    ...(short && pageReverse ? [] : [{ rel: 'previous', href: link(ids[0], true) } as const]),
  ];
}
