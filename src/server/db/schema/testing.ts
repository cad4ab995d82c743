import { type Kysely, sql } from 'kysely';
import type { ColumnText, ForeignKey, TableDefinition } from './definition.ts';
import type { Database } from './index.ts';

/** A table as MariaDB's information_schema describes it, in the shape of a definition; plus engine and collation. */
export type ObservedTable = TableDefinition & { readonly engine: string; readonly collation: string };

const text = (row: Record<string, unknown>, name: string): string => String(row[name] ?? '');

function columnText(row: Record<string, unknown>): ColumnText {
  const value = row.column_default;
  // MariaDB words an absent default of a nullable column as the text NULL.
  const withDefault = value === null || value === 'NULL' ? '' : ` default ${String(value)}`;
  const extra = text(row, 'extra').includes('auto_increment') ? ' auto_increment' : '';
  return `${text(row, 'column_type')}${withDefault}${extra}${row.is_nullable === 'YES' ? ' null' : ''}`;
}

/** Reads back every table of the connection's MariaDB database. */
export async function observedTables(db: Kysely<Database>): Promise<Record<string, ObservedTable>> {
  const rows = async (query: ReturnType<typeof sql<Record<string, unknown>>>) =>
    (await query.execute(db)).rows;
  const here = sql`table_schema = database()`;
  const tables = await rows(
    sql`select table_name, engine, table_collation from information_schema.tables where ${here}`,
  );
  const columns = await rows(
    sql`select * from information_schema.columns where ${here} order by table_name, ordinal_position`,
  );
  const keys = await rows(
    sql`select table_name, index_name, non_unique, column_name from information_schema.statistics
      where ${here} order by table_name, index_name, seq_in_index`,
  );
  const references = await rows(
    sql`select k.table_name, k.constraint_name, k.column_name, k.referenced_table_name,
        k.referenced_column_name, r.delete_rule
      from information_schema.key_column_usage k
      join information_schema.referential_constraints r
        on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name
        and r.table_name = k.table_name
      where k.table_schema = database() and k.referenced_table_name is not null
      order by k.table_name, k.constraint_name, k.ordinal_position`,
  );
  const checks = await rows(
    sql`select table_name, constraint_name, check_clause from information_schema.check_constraints
      where constraint_schema = database()`,
  );
  const of = (list: readonly Record<string, unknown>[], table: string) =>
    list.filter((row) => lower(row).table_name === table).map(lower);
  return Object.fromEntries(
    tables.map(lower).map((table) => {
      const name = text(table, 'table_name');
      return [
        name,
        describe(table, of(columns, name), of(keys, name), of(references, name), of(checks, name)),
      ];
    }),
  );
}

/** information_schema's column names come in capitals from some servers. */
const lower = (row: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(row).map(([name, value]) => [name.toLowerCase(), value]));

type Rows = readonly Record<string, unknown>[];

function describe(
  table: Record<string, unknown>,
  columns: Rows,
  keys: Rows,
  references: Rows,
  checks: Rows,
): ObservedTable {
  const unique: Record<string, string[]> = {};
  const indexes: Record<string, string[]> = {};
  for (const key of keys) {
    const kind = Number(key.non_unique) === 0 ? unique : indexes;
    const name = text(key, 'index_name');
    kind[name] = [...(kind[name] ?? []), text(key, 'column_name')];
  }
  const { PRIMARY: primaryKey = [], ...otherUnique } = unique;
  const foreignKeys = new Map<string, ForeignKey>();
  for (const row of references) {
    const name = text(row, 'constraint_name');
    const before = foreignKeys.get(name);
    foreignKeys.set(name, {
      name,
      columns: [...(before?.columns ?? []), text(row, 'column_name')],
      table: text(row, 'referenced_table_name'),
      references: [...(before?.references ?? []), text(row, 'referenced_column_name')],
      onDelete: text(row, 'delete_rule') as ForeignKey['onDelete'],
    });
  }
  const clauses = Object.fromEntries(
    checks.map((row) => [text(row, 'constraint_name'), text(row, 'check_clause')]),
  );
  return {
    engine: text(table, 'engine'),
    collation: text(table, 'table_collation'),
    columns: Object.fromEntries(columns.map((column) => [text(column, 'column_name'), columnText(column)])),
    primaryKey,
    ...(Object.keys(otherUnique).length === 0 ? {} : { unique: otherUnique }),
    ...(Object.keys(indexes).length === 0 ? {} : { indexes }),
    ...(foreignKeys.size === 0 ? {} : { foreignKeys: [...foreignKeys.values()] }),
    ...(checks.length === 0 ? {} : { checks: clauses }),
  };
}
