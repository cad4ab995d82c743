import type { CompiledQuery } from 'kysely';

/** A query with what may be done to save time when it is sent. */
export interface Statement extends CompiledQuery {
  /** Nobody waits for its answer: it may go out with the one after it. */
  readonly deferred?: true;
  /** Hears the rows of a deferred question when it has gone out. */
  readonly answered?: (rows: readonly unknown[]) => void;
  /** It is asked again and again with other values: the database may keep it parsed. */
  readonly recurring?: true;
}
