import { inChunks } from '../../services/chunks.ts';

/** Which rows to load: those with these ids, or all. */
export type Scope = readonly string[] | 'all';

/** Loads the rows of a scope; `load` is given undefined for all of them. */
export const scoped = <Row>(
  scope: Scope,
  load: (ids: readonly string[] | undefined) => Promise<Row[]>,
): Promise<Row[]> => (scope === 'all' ? load(undefined) : inChunks(scope, load));

/** Each of several ids once, without those that are not there. */
export const distinct = (ids: readonly (string | null | undefined)[]): string[] => [
  ...new Set(ids.filter((id) => typeof id === 'string')),
];

export const byId = <Row extends { readonly id: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [row.id, row]));
