import type { Namespace } from '../argparse/namespace.ts';
import type { Json } from '../python/value.ts';

/** What a command shows: names of columns and, under each, a value per row. */
export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Json[])[];
}

/** One way to print results. Both functions return the whole text. */
export interface Format {
  list?(table: Table, options: Namespace): string;
  /** `table` has one row. */
  one?(table: Table, options: Namespace): string;
}
