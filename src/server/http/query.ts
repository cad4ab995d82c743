import { convert } from '../../resources/converters/index.ts';
import type { Attribute, ResourceDefinition } from '../../resources/index.ts';
import { pythonText } from '../../resources/pythonText.ts';
import { fault } from '../errors/index.ts';
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

const refuse = (message: string) => fault('HTTPBadRequest', { message });
const special = new Set(['fields', 'sort_key', 'sort_dir', 'limit', 'marker', 'page_reverse']);
const tagFilters = new Set(['tags', 'tags-any', 'not-tags', 'not-tags-any']);

const nameOf = (key: string): string => (key === 'project_id' ? 'tenant_id' : key);

function sortsOf(definition: ResourceDefinition, params: URLSearchParams): ListQuery['sorts'] {
  const keys = params.getAll('sort_key').filter(Boolean);
  const directions = params.getAll('sort_dir').filter(Boolean);
  if (keys.length !== directions.length) throw refuse('The number of sort_keys and sort_dirs must be same');
  const wrong = directions.filter((direction) => direction !== 'asc' && direction !== 'desc');
  if (wrong.length > 0) {
    throw refuse(`${pythonText(wrong)} is invalid value for sort_dirs, valid value is 'asc' and 'desc'`);
  }
  const unknown = keys.filter((key) => !definition.attributes[nameOf(key)]?.sort);
  if (unknown.length > 0) throw refuse(`${pythonText(unknown)} is invalid attribute for sort_keys`);
  const sorts = keys.map((key, index) => ({
    key: nameOf(key),
    direction: directions[index] as 'asc' | 'desc',
  }));
  return sorts.some(({ key }) => key === 'id') ? sorts : [...sorts, { key: 'id', direction: 'asc' }];
}

function limitOf(params: URLSearchParams, maxLimit: number | undefined): number | undefined {
  const text = params.get('limit');
  const limit = text === null || text === '' ? 0 : Number(/^\s*\+?\d+\s*$/.test(text) ? text : Number.NaN);
  if (Number.isNaN(limit)) {
    throw fault('BadRequest', {
      resource: 'limit',
      msg: `Limit must be an integer 0 or greater and not '${text}'`,
    });
  }
  if (limit === 0) return maxLimit;
  return maxLimit === undefined ? limit : Math.min(limit, maxLimit);
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
  if (tagFilters.has(name)) return given.flatMap((value) => value.split(',')).filter(Boolean);
  if (attribute.convertList) return [convert(attribute.convertList, given)];
  const { convert: converter } = attribute;
  if (!converter || !/^(boolean|int|valid_object_type)/.test(converter)) return given;
  return given.map((value) => convert(converter, value));
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
    if (!attribute?.filter) unknown.push(key);
    else filters[name] = filterValues(name, attribute, params.getAll(key));
  }
  if (params.has('tenant_id') && params.has('project_id')) throw fault('TenantIdProjectIdFilterConflict');
  if (validate && unknown.length > 0) {
    throw refuse(`${pythonText(unknown)} is invalid attribute for filtering`);
  }
  return filters;
}

/** Reads the query string of a list request. @throws NeutronError with status 400 */
export function parseQuery(
  definition: ResourceDefinition,
  params: URLSearchParams,
  { validateFilters, maxLimit }: QueryRules,
): ParsedQuery {
  const limit = limitOf(params, maxLimit);
  const marker = params.get('marker') || undefined;
  const fields = params.getAll('fields').filter(Boolean);
  const forPolicy = Object.entries<Attribute>(definition.attributes)
    .filter(([, attribute]) => attribute.requiredByPolicy)
    .map(([name]) => name);
  return {
    fields,
    list: {
      filters: filtersOf(definition, params, validateFilters),
      sorts: sortsOf(definition, params),
      ...(limit === undefined ? {} : { limit }),
      ...(marker === undefined ? {} : { marker }),
      ...(/^(true|1|t|yes|on|y)$/i.test(params.get('page_reverse') ?? '') ? { pageReverse: true } : {}),
      ...(fields.length === 0 ? {} : { fields: [...new Set(['id', ...forPolicy, ...fields.map(nameOf)])] }),
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
  if (limit === undefined || ids.length === 0) return [];
  const link = (marker: unknown, reverse: boolean): string => {
    const next = new URLSearchParams(params);
    next.delete('marker');
    next.delete('page_reverse');
    next.append('marker', String(marker));
    if (reverse) next.append('page_reverse', 'True');
    return `${url}?${next}`;
  };
  const short = ids.length < limit;
  return [
    ...(short && !pageReverse ? [] : [{ rel: 'next', href: link(ids.at(-1), false) } as const]),
    ...(short && pageReverse ? [] : [{ rel: 'previous', href: link(ids[0], true) } as const]),
  ];
}
