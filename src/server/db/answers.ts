import {
  type CompiledQuery,
  DeleteQueryNode,
  DeleteResult,
  type QueryResult,
  UpdateQueryNode,
  UpdateResult,
} from 'kysely';

/** What mysql2 says of a write. */
export interface Written {
  readonly insertId: number | string;
  readonly affectedRows: number;
  readonly changedRows?: number;
}

/** What kysely's connection makes of the answer to one statement, made of one among several. */
export const asAnswer = <Row>(answer: Row[] | Written): QueryResult<Row> =>
  Array.isArray(answer)
    ? { rows: answer }
    : {
        rows: [],
        numAffectedRows: BigInt(answer.affectedRows),
        numChangedRows: BigInt(answer.changedRows ?? 0),
        ...(String(answer.insertId) === '0' ? {} : { insertId: BigInt(answer.insertId) }),
      };

/** What kysely's `execute` gives for a query: its rows, or of an UPDATE or DELETE without any how many rows it matched. */
export function answerTo({ query }: CompiledQuery, result: QueryResult<unknown>): unknown[] {
  const matched = result.numAffectedRows ?? 0n;
  if (UpdateQueryNode.is(query) && !query.returning)
    return [new UpdateResult(matched, result.numChangedRows)];
  if (DeleteQueryNode.is(query) && !query.returning) return [new DeleteResult(matched)];
  return result.rows;
}
