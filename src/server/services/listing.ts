import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, type SelectQueryBuilder, type SqlBool, sql } from 'kysely';
import type { Database } from '../db/schema/index.ts';
import { fault } from '../errors/index.ts';
import type { ListQuery } from './service.ts';

/** How a resource's attributes are found in its query. */
export interface Shape {
  /** Attribute → column (`routers.name`): what can be filtered and sorted by. */
  readonly columns: Readonly<Record<string, string>>;
  /** The column with the id: unique, the last sort key, what a marker names. */
  readonly id: string;
  /** The column with the standard attributes' id, by which tags are found. */
  readonly standardAttributes?: string;
  /** Filters that are no plain column: attribute → condition for the wanted values. */
  readonly conditions?: Readonly<Record<string, (values: readonly unknown[]) => RawBuilder<SqlBool>>>;
  /** The error for a marker that names nothing, or 'first' to begin there; undefined: such a page is empty. */
  readonly missing: (id: string) => Error | 'first' | undefined;
}

/**
 * What resources with standard attributes have in common.
 * @param names attributes that are columns of the table itself, beside id and project_id
 */
export const standardShape = (
  table: keyof Database,
  names: readonly string[],
): Pick<Shape, 'columns' | 'id' | 'standardAttributes'> => ({
  columns: {
    ...Object.fromEntries(['id', 'project_id', ...names].map((name) => [name, `${table}.${name}`])),
    tenant_id: `${table}.project_id`,
    description: 'standardattributes.description',
    created_at: 'standardattributes.created_at',
    updated_at: 'standardattributes.updated_at',
    revision_number: 'standardattributes.revision_number',
  },
  id: `${table}.id`,
  standardAttributes: `${table}.standard_attr_id`,
});

/** The filter of an attribute that is true where the condition holds. */
export const whether = (condition: RawBuilder<SqlBool>) => (values: readonly unknown[]) => {
  if (values.includes(true) === values.includes(false)) return sql<SqlBool>`1 = 1`;
  return values.includes(true) ? condition : sql<SqlBool>`not ${condition}`;
};

const noSuchSortKey = ({ id }: Shape, key: string) =>
  fault('BadRequest', { resource: id.split('.')[0], msg: `'${key}' is an invalid attribute for sort key` });

/** The columns that a request's list is sorted by; the id is always one, the last unless the request says otherwise. */
function sortsOf(shape: Shape, { sorts, pageReverse }: ListQuery) {
  const wanted = sorts.map(({ key, direction }) => {
    const column = shape.columns[key];
    if (column === undefined) throw noSuchSortKey(shape, key);
    return { column, descending: direction === 'desc' };
  });
  const last = wanted.some(({ column }) => column === shape.id)
    ? []
    : [{ column: shape.id, descending: false }];
  return [...wanted, ...last].map(({ column, descending }) => ({
    column,
    descending: descending !== (pageReverse === true),
  }));
}

/**
 * Rows of `base` for a request's filters, sorts and page, in order; none when nothing is behind its marker, which is looked up
 * in `base`. As the id is a sort key, pages neither overlap nor miss a row. A filter that the shape does not know selects
 * everything, as in Neutron.
 *
 * @throws BadRequest for an attribute that may be a sort key by its definition but is no column
 */
export async function listRows<DB, TB extends keyof DB, Row>(
  base: SelectQueryBuilder<DB, TB, Row>,
  shape: Shape,
  query: ListQuery,
): Promise<Row[]> {
  const sorts = sortsOf(shape, query);
  const wheres = conditions(shape, query);
  if (query.marker !== undefined) {
    const marker = await base
      .where(equal(shape.id, query.marker))
      .clearSelect()
      .select(sorts.map(({ column }, index) => sql.ref(column).as(`sort${index}`)))
      .executeTakeFirst();
    const missing = marker === undefined ? shape.missing(query.marker) : undefined;
    if (missing instanceof Error) throw missing;
    if (marker === undefined && missing === undefined) return [];
    if (marker !== undefined) {
      const values = sorts.map((_, index) => (marker as Record<string, unknown>)[`sort${index}`]);
      wheres.push(after(sorts, values));
    }
  }
  let rows = base;
  for (const condition of wheres) rows = rows.where(condition);
  for (const { column, descending } of sorts) {
    rows = rows.orderBy(sql.ref(column), descending ? 'desc' : 'asc');
  }
  if (query.limit !== undefined) rows = rows.limit(query.limit);
  const found = await rows.execute();
  return query.pageReverse === true ? found.reverse() : found;
}

/** Rows of a piece of a long list: some milliseconds of work, during which a process answers nobody else. */
const PIECE = 1000;

/** Rows that are there already, as pieces of a list. */
export function* cutInPieces<Found>(rows: readonly Found[]): Generator<Found[]> {
  for (let at = 0; at === 0 || at < rows.length; at += PIECE) yield rows.slice(at, at + PIECE);
}

/** The ids that are asked for, when nothing else is: then rows and all are one round trip. */
export function onlyIds({ id, ...more }: ListQuery['filters']): readonly string[] | undefined {
  return Object.keys(more).length === 0 ? (id as readonly string[] | undefined) : undefined;
}

/** In the order in which `listRows` gives what nobody wants sorted. */
export const inOrderOfIds = <Found extends { readonly id?: unknown }>(found: readonly Found[]): Found[] =>
  found.toSorted((one, other) => (String(one.id) < String(other.id) ? -1 : 1));

/** Whether all that a request filters and sorts by are columns of the table whose id the shape names, or ask about it alone. */
export function staysIn(shape: Shape, { filters, sorts }: ListQuery): boolean {
  const table = shape.id.slice(0, shape.id.indexOf('.') + 1);
  const inside = (name: string) => shape.columns[name]?.startsWith(table) !== false;
  return [...Object.keys(filters), ...sorts.map(({ key }) => key)].every(inside);
}

/** How a long list is read. */
export interface LongList<Found extends { readonly id: string }> {
  readonly query: ListQuery;
  /** The list, or the beginning of it, at once. */
  readonly list: (query: ListQuery) => Promise<Found[]>;
  /** The ids of the whole list, in order. */
  readonly ids: () => Promise<string[]>;
  /** What is there of these ids, in any order; others beside them do not matter. */
  readonly load: (ids: readonly string[]) => Promise<Found[]>;
}

/**
 * A list in pieces. Which rows it has, and in which order, one statement decides; each piece is as it is when it is
 * read, and lacks what was deleted meanwhile. A transaction would hold a connection, and the database's old versions of
 * all that changes, for as long as a slow client reads. The next piece is read while one is being sent.
 */
export async function* inPieces<Found extends { readonly id: string }>({
  query,
  list,
  ids,
  load,
}: LongList<Found>): AsyncGenerator<Found[]> {
  const { limit = Number.POSITIVE_INFINITY } = query;
  const beginning = await list({ ...query, limit: Math.min(limit, PIECE + 1) });
  if (beginning.length <= PIECE) {
    yield beginning;
    return;
  }
  const all = await ids();
  const byId = (items: readonly Found[]) => new Map(items.map((item) => [item.id, item]));
  const begun = byId(beginning);
  const piece = async (at: number): Promise<Found[]> => {
    const wanted = all.slice(at, at + PIECE);
    if (wanted.length === 0) return [];
    const found = wanted.every((id) => begun.has(id)) ? begun : byId(await load(wanted));
    return wanted.flatMap((id) => found.get(id) ?? []);
  };
  let next = piece(0);
  for (let at = 0; at < all.length; at += PIECE) {
    const now = await next;
    next = piece(at + PIECE);
    // Who stops reading never asks for it: its failure is nobody's then.
    next.catch(() => {});
    // What asks for it is sent first: while this piece is made into JSON, the database works on that one.
    await setImmediate();
    yield now;
  }
}

function conditions(shape: Shape, query: ListQuery): RawBuilder<SqlBool>[] {
  return Object.entries(query.filters).flatMap(([attribute, values]) => {
    const special = shape.conditions?.[attribute];
    if (special) return [special(values)];
    const standard =
      shape.standardAttributes && standardCondition(attribute, shape.standardAttributes, values);
    if (standard) return [standard];
    const column = shape.columns[attribute];
    return column === undefined ? [] : [oneOf(column, values)];
  });
}

/** `column` has one of the values; null matches SQL's null. */
export function oneOf(column: string, values: readonly unknown[]): RawBuilder<SqlBool> {
  const given = values.filter((value) => value !== null).map(databaseValue);
  const parts = [
    ...(given.length > 0 ? [sql<SqlBool>`${sql.ref(column)} in (${sql.join(given)})`] : []),
    ...(given.length < values.length ? [sql<SqlBool>`${sql.ref(column)} is null`] : []),
  ];
  return parts.length === 0 ? sql<SqlBool>`1 = 0` : sql<SqlBool>`(${sql.join(parts, sql` or `)})`;
}

const databaseValue = (value: unknown) => (typeof value === 'boolean' ? Number(value) : value);

const equal = (column: string, value: unknown) =>
  value === null ? sql<SqlBool>`${sql.ref(column)} is null` : sql<SqlBool>`${sql.ref(column)} = ${value}`;

/** Rows behind the marker in sort order; nulls sort first in both databases. */
function after(
  sorts: readonly { readonly column: string; readonly descending: boolean }[],
  values: readonly unknown[],
): RawBuilder<SqlBool> {
  const steps = sorts.map(({ column, descending }, index) => {
    const same = sorts.slice(0, index).map((sort, at) => equal(sort.column, values[at] ?? null));
    return sql<SqlBool>`(${sql.join([...same, beyond(column, descending, values[index] ?? null)], sql` and `)})`;
  });
  return sql<SqlBool>`(${sql.join(steps, sql` or `)})`;
}

function beyond(column: string, descending: boolean, value: unknown): RawBuilder<SqlBool> {
  const reference = sql.ref(column);
  if (descending) {
    return value === null
      ? sql<SqlBool>`1 = 0`
      : sql<SqlBool>`(${reference} < ${value} or ${reference} is null)`;
  }
  return value === null ? sql<SqlBool>`${reference} is not null` : sql<SqlBool>`${reference} > ${value}`;
}

/** changed_since, and the four tag filters: tags (all of), tags-any, not-tags (not all of), not-tags-any (none of). */
function standardCondition(
  attribute: string,
  standardAttributes: string,
  values: readonly unknown[],
): RawBuilder<SqlBool> | undefined {
  if (attribute === 'changed_since') {
    const since = values.map(String).sort().at(-1);
    return sql<SqlBool>`exists (select 1 from standardattributes changed
      where changed.id = ${sql.ref(standardAttributes)} and changed.updated_at >= ${since})`;
  }
  if (!['tags', 'tags-any', 'not-tags', 'not-tags-any'].includes(attribute)) return undefined;
  const wanted = [...new Set(values.flatMap((value) => String(value).split(',')))];
  const count = sql`(select count(*) from tags where tags.standard_attr_id = ${sql.ref(standardAttributes)}
    and tags.tag in (${sql.join(wanted)}))`;
  if (attribute === 'tags') return sql<SqlBool>`${count} = ${wanted.length}`;
  if (attribute === 'not-tags') return sql<SqlBool>`${count} < ${wanted.length}`;
  return attribute === 'tags-any' ? sql<SqlBool>`${count} > 0` : sql<SqlBool>`${count} = 0`;
}
