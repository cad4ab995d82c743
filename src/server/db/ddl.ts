import type { ForeignKey, TableDefinition, TableDefinitions } from './schema/definition.ts';

export type DialectName = 'sqlite' | 'mariadb';

/** A column's text (see ColumnText) taken apart. */
export interface ColumnParts {
  readonly type: string;
  readonly nullable: boolean;
  readonly default?: string;
  readonly autoIncrement: boolean;
}

function parseColumn(text: string): ColumnParts {
  const match =
    /^(?<type>[a-z]+(?:\([^)]*\))?)(?: default (?<value>'[^']*'|\S+))?(?<auto> auto_increment)?(?<nullable> null)?$/.exec(
      text,
    )?.groups;
  if (match === undefined) throw new Error(`not a column definition: ${text}`);
  return {
    type: match.type!,
    nullable: match.nullable !== undefined,
    ...(match.value === undefined ? {} : { default: match.value }),
    autoIncrement: match.auto !== undefined,
  };
}

/** Values an enum column accepts; undefined for other types. */
const enumValues = (type: string): string | undefined => /^enum\((.*)\)$/.exec(type)?.[1];

const backticks = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');
const doubleQuotes = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

const entries = <T>(record: Readonly<Record<string, T>> | undefined): [string, T][] =>
  Object.entries(record ?? {});

/** RESTRICT is what both databases do when nothing is said, and what Neutron's migrations leave unsaid. */
const onDelete = (key: ForeignKey): string =>
  key.onDelete === 'RESTRICT' ? '' : ` ON DELETE ${key.onDelete}`;

function mariadbTable(name: string, table: TableDefinition, charset?: string): string {
  const columns = entries(table.columns).map(([column, text]) => {
    const { type, nullable, default: value, autoIncrement } = parseColumn(text);
    const rest = `${nullable ? ' NULL' : ' NOT NULL'}${value === undefined ? '' : ` DEFAULT ${value}`}`;
    return `\`${column}\` ${type}${rest}${autoIncrement ? ' AUTO_INCREMENT' : ''}`;
  });
  const lines = [
    ...columns,
    ...(table.primaryKey.length > 0 ? [`PRIMARY KEY (${backticks(table.primaryKey)})`] : []),
    ...entries(table.unique).map(([key, of]) => `UNIQUE KEY \`${key}\` (${backticks(of)})`),
    ...entries(table.indexes).map(([key, of]) => `KEY \`${key}\` (${backticks(of)})`),
    ...(table.foreignKeys ?? []).map(
      (key) =>
        `CONSTRAINT \`${key.name}\` FOREIGN KEY (${backticks(key.columns)})` +
        ` REFERENCES \`${key.table}\` (${backticks(key.references)})${onDelete(key)}`,
    ),
    ...entries(table.checks).map(([key, condition]) => `CONSTRAINT \`${key}\` CHECK (${condition})`),
  ];
  const letters = charset === undefined ? '' : ` DEFAULT CHARSET=${charset}`;
  return `CREATE TABLE IF NOT EXISTS \`${name}\` (\n  ${lines.join(',\n  ')}\n) ENGINE=InnoDB${letters}`;
}

const sqliteType = (type: string): string => (/^(int|bigint|tinyint)\b/.test(type) ? 'INTEGER' : 'TEXT');

function sqliteTable(name: string, table: TableDefinition): string[] {
  let keyInColumn = false;
  const columns = entries(table.columns).map(([column, text]) => {
    const { type, nullable, default: value, autoIncrement } = parseColumn(text);
    // AUTOINCREMENT: like InnoDB, never hand out the number of a deleted row again.
    if (autoIncrement && table.primaryKey.length === 1) {
      keyInColumn = true;
      return `"${column}" INTEGER PRIMARY KEY AUTOINCREMENT`;
    }
    const accepted = enumValues(type);
    return (
      `"${column}" ${sqliteType(type)}${nullable ? '' : ' NOT NULL'}` +
      `${value === undefined ? '' : ` DEFAULT ${value}`}` +
      `${accepted === undefined ? '' : ` CHECK ("${column}" IN (${accepted}))`}`
    );
  });
  const lines = [
    ...columns,
    ...(table.primaryKey.length > 0 && !keyInColumn
      ? [`PRIMARY KEY (${doubleQuotes(table.primaryKey)})`]
      : []),
    ...entries(table.unique).map(([key, of]) => `CONSTRAINT "${key}" UNIQUE (${doubleQuotes(of)})`),
    ...(table.foreignKeys ?? []).map(
      (key) =>
        `CONSTRAINT "${key.name}" FOREIGN KEY (${doubleQuotes(key.columns)})` +
        ` REFERENCES "${key.table}" (${doubleQuotes(key.references)})${onDelete(key)}`,
    ),
    ...entries(table.checks).map(
      ([key, condition]) => `CONSTRAINT "${key}" CHECK (${condition.replaceAll('`', '"')})`,
    ),
  ];
  // Index names are global in SQLite and per table in MariaDB, hence the table's name in front.
  const indexes = entries(table.indexes).map(
    ([key, of]) => `CREATE INDEX IF NOT EXISTS "${name}.${key}" ON "${name}" (${doubleQuotes(of)})`,
  );
  return [`CREATE TABLE IF NOT EXISTS "${name}" (\n  ${lines.join(',\n  ')}\n) STRICT`, ...indexes];
}

/**
 * The statements that create tables; each is harmless when the table is there already.
 * @param charset MariaDB's character set of the tables, where it is not to be the database's own
 */
export function createStatements(
  definitions: TableDefinitions,
  dialect: DialectName,
  charset?: string,
): string[] {
  return Object.entries(definitions).flatMap(([name, table]) =>
    dialect === 'mariadb' ? [mariadbTable(name, table, charset)] : sqliteTable(name, table),
  );
}
