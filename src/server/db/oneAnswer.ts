import {
  AliasNode,
  ColumnNode,
  type Compilable,
  type Expression,
  ExpressionWrapper,
  IdentifierNode,
  LimitNode,
  type OperationNode,
  type RawBuilder,
  ReferenceNode,
  type SelectionNode,
  SelectQueryNode,
  sql,
  TableNode,
} from 'kysely';
import { changes } from './later.ts';
import type { ColumnText, TableDefinition } from './schema/definition.ts';
import { type Database, tables } from './schema/index.ts';

/** A column of an answer: what it is called, what it is, and of which type. */
interface Column {
  readonly name: string;
  readonly value: OperationNode;
  readonly type: ColumnText;
}

/** A query that only finds rows, each made of columns of tables: without limits, groups, or anything computed. */
export interface Finding {
  readonly node: SelectQueryNode;
  readonly columns: readonly Column[];
}

const nameOf = (node: OperationNode): string | undefined => (IdentifierNode.is(node) ? node.name : undefined);

/** The columns that a table has in every release whose database is used. */
const columnsOfTable = (name: string): TableDefinition['columns'] | undefined => {
  const definition = (tables as Readonly<Record<string, TableDefinition>>)[name];
  if (!definition) return undefined;
  const dropped = changes.flatMap(({ drops }) => (drops?.table === name ? drops.column : []));
  return Object.fromEntries(
    Object.entries(definition.columns).filter(([column]) => !dropped.includes(column)),
  );
};

/** The columns of the table that a query reads under this name; or of the only one. */
function columnsUnder(
  { from, joins = [] }: SelectQueryNode,
  alias?: string,
): TableDefinition['columns'] | undefined {
  const sources = [...(from?.froms ?? []), ...joins.map(({ table }) => table)];
  if (alias === undefined && sources.length > 1) return undefined;
  for (const source of sources) {
    const table = AliasNode.is(source) ? source.node : source;
    if (!TableNode.is(table)) continue;
    const name = table.table.identifier.name;
    if (alias === undefined || alias === (AliasNode.is(source) ? nameOf(source.alias) : name)) {
      return columnsOfTable(name);
    }
  }
  return undefined;
}

/** The columns that a term of the select list stands for; undefined when it is something else. */
function columnsOf(query: SelectQueryNode, { selection }: SelectionNode): Column[] | undefined {
  const value = AliasNode.is(selection) ? selection.node : selection;
  const source = ReferenceNode.is(value) ? value.table : undefined;
  const columns = columnsUnder(query, source?.table.identifier.name);
  if (!columns) return undefined;
  if (ReferenceNode.is(value) && ColumnNode.is(value.column)) {
    const column = value.column.column.name;
    const name = AliasNode.is(selection) ? nameOf(selection.alias) : column;
    const type = columns[column];
    return name === undefined || type === undefined ? undefined : [{ name, value, type }];
  }
  if (AliasNode.is(selection)) return undefined;
  return Object.entries(columns).map(([name, type]) => ({
    name,
    value: ReferenceNode.create(ColumnNode.create(name), source),
    type,
  }));
}

/** The query as one of those that may share an answer, if it is. */
export function asFinding(query: Compilable<unknown>): Finding | undefined {
  const node = (query as { toOperationNode?(): OperationNode }).toOperationNode?.();
  if (!node || !SelectQueryNode.is(node)) return undefined;
  const {
    kind: _kind,
    from: _from,
    joins: _joins,
    where: _where,
    orderBy: _order,
    selections,
    ...more
  } = node;
  if (!selections || Object.values(more).some((part) => part !== undefined)) return undefined;
  const columns: Column[] = [];
  for (const selection of selections) {
    const found = columnsOf(node, selection);
    if (!found) return undefined;
    columns.push(...found);
  }
  return { node, columns };
}

const isNumber = (type: ColumnText): boolean => /^(big|tiny)?int\(/.test(type);
const isText = (type: ColumnText): boolean => !isNumber(type) && !type.startsWith('datetime');

const expression = (node: OperationNode): Expression<unknown> =>
  new ExpressionWrapper<Database, keyof Database, unknown>(node);

const inOneCollation = ({ value, type }: Column): Expression<unknown> =>
  isText(type) ? sql`convert(${expression(value)} using utf8mb4)` : expression(value);
const asStored = ({ value }: Column): Expression<unknown> => expression(value);

/** Without a limit the order of a part of a union would not count. */
const NO_LIMIT = LimitNode.create(sql`18446744073709551615`.toOperationNode());
const inOrder = (node: SelectQueryNode): SelectQueryNode =>
  node.orderBy ? SelectQueryNode.cloneWithLimit(node, NO_LIMIT) : node;

/** The name of a column of the answer: the query's place, then the query's columns. */
const nameAt = (at: number): string => `c${at}`;

/**
 * One statement for several queries: each of its rows has a query's place and that query's columns. MariaDB sends the answer
 * of every statement by itself, which costs both sides more than finding it when little is found.
 * @param converts texts of tables with different collations stand in one column only if they are brought to one
 */
export function oneStatement(queries: readonly Finding[], converts: boolean): RawBuilder<Row> {
  const told = converts ? inOneCollation : asStored;
  const width = Math.max(...queries.map(({ columns }) => columns.length));
  const parts = queries.map(({ node, columns }, place) => {
    const empty = Array.from({ length: width - columns.length }, () => sql`null`);
    const values = [sql.lit(place), ...columns.map(told), ...empty];
    const named = place > 0 ? values : values.map((value, at) => sql`${value} as ${sql.id(nameAt(at))}`);
    return expression({ ...inOrder(node), selections: [sql.join(named).toOperationNode()] } as OperationNode);
  });
  return sql<Row>`${sql.join(parts, sql` union all `)}`;
}

type Row = Readonly<Record<string, unknown>>;

/** A number that shared its column with texts has become one. */
const restored = (value: unknown, type: ColumnText): unknown =>
  typeof value === 'string' && isNumber(type) ? Number(value) : value;

/** The rows of each query, out of those of its statement. */
export function rowsOfEach(queries: readonly Finding[], rows: readonly Row[]): Row[][] {
  const found: Row[][] = queries.map(() => []);
  for (const row of rows) {
    const place = Number(row[nameAt(0)]);
    const own: Record<string, unknown> = {};
    for (const [at, { name, type }] of queries[place]!.columns.entries())
      own[name] = restored(row[nameAt(at + 1)], type);
    found[place]!.push(own);
  }
  return found;
}
