import { sql } from 'kysely';
import { silentLog } from '../../../src/log/silent.ts';
import { type Db, openDatabase } from '../../../src/server/db/database.ts';

/** What information_schema tells of a database, a line for each thing, names and all. */
const QUERIES: readonly string[] = [
  `select concat_ws(' ', 'database', default_character_set_name, default_collation_name)
    from information_schema.schemata where schema_name = database()`,
  `select concat_ws(' ', 'table', table_name, engine, row_format, table_collation)
    from information_schema.tables where table_schema = database()`,
  `select concat_ws(' ', 'column', concat(table_name, '.', column_name), ordinal_position, column_type,
      if(is_nullable = 'YES', 'null', 'not null'), concat('default ', ifnull(column_default, '-')),
      ifnull(collation_name, '-'), extra)
    from information_schema.columns where table_schema = database()`,
  `select concat_ws(' ', if(non_unique, 'index', 'unique'), concat(table_name, '.', index_name), index_type,
      group_concat(column_name order by seq_in_index))
    from information_schema.statistics where table_schema = database()
    group by table_name, index_name, non_unique, index_type`,
  `select concat_ws(' ', 'reference', concat(k.table_name, '.', k.constraint_name),
      group_concat(k.column_name order by k.ordinal_position), k.referenced_table_name,
      group_concat(k.referenced_column_name order by k.ordinal_position),
      'on update', r.update_rule, 'on delete', r.delete_rule)
    from information_schema.key_column_usage k join information_schema.referential_constraints r
      on r.constraint_schema = k.constraint_schema and r.constraint_name = k.constraint_name
      and r.table_name = k.table_name
    where k.table_schema = database() and k.referenced_table_name is not null
    group by k.table_name, k.constraint_name`,
  `select concat_ws(' ', 'check', concat(table_name, '.', constraint_name), check_clause)
    from information_schema.check_constraints where constraint_schema = database()`,
];

const OURS = /^\w+ nts_/;

/** Sorted; without our own tables, of which no other program knows. */
export async function schemaLines(db: Db): Promise<string[]> {
  const lines: string[] = [];
  for (const query of QUERIES) {
    const { rows } = await sql.raw<Record<string, string>>(query).execute(db.kysely);
    lines.push(...rows.map((row) => String(Object.values(row)[0])));
  }
  return lines.filter((line) => !OURS.test(line)).sort();
}

export async function withDb<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await openDatabase(url, silentLog, { connectAttempts: 0 });
  try {
    return await work(db);
  } finally {
    await db.close();
  }
}

/** What only one of the two has: `-` the first, `+` the second. */
export const differences = (one: readonly string[], other: readonly string[]): string[] => [
  ...one.filter((line) => !other.includes(line)).map((line) => `- ${line}`),
  ...other.filter((line) => !one.includes(line)).map((line) => `+ ${line}`),
];
