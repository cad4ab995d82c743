import type { ColumnType, Generated } from 'kysely';

/**
 * A column as MariaDB's information_schema words it: type, then optionally `default X`, `auto_increment`, `null`.
 * The same string yields the DDL of both dialects and the TypeScript type of a row.
 */
export type ColumnText = string;

export interface ForeignKey {
  readonly name: string;
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: 'CASCADE' | 'RESTRICT' | 'SET NULL' | 'NO ACTION';
}

export interface TableDefinition {
  readonly columns: Readonly<Record<string, ColumnText>>;
  readonly primaryKey: readonly string[];
  readonly unique?: Readonly<Record<string, readonly string[]>>;
  readonly indexes?: Readonly<Record<string, readonly string[]>>;
  readonly foreignKeys?: readonly ForeignKey[];
  readonly checks?: Readonly<Record<string, string>>;
}

export type TableDefinitions = Readonly<Record<string, TableDefinition>>;

type Bare<Text extends string> = Text extends `${infer Head} ${string}` ? Head : Text;
type Scalar<Text extends string> =
  Bare<Text> extends `${'int' | 'bigint' | 'tinyint'}(${string}` ? number : string;
type Value<Text extends string> = Text extends `${string} null` ? Scalar<Text> | null : Scalar<Text>;
type Column<Text extends string> = Text extends `${string} null`
  ? ColumnType<Value<Text>, Value<Text> | undefined, Value<Text>>
  : Text extends `${string} default ${string}` | `${string} auto_increment`
    ? Generated<Value<Text>>
    : Value<Text>;

/** The kysely row type of a table definition: tinyint(1) is 0 or 1, datetime is text `YYYY-MM-DD HH:MM:SS` in UTC. */
export type RowOf<Table extends TableDefinition> = {
  [Name in keyof Table['columns']]: Column<Table['columns'][Name]>;
};
