import type { Row } from '../row.ts';
import type { Result } from './figures.ts';
import type { Circumstances } from './machine.ts';

/** A run as `--json` keeps it. */
interface Kept extends Circumstances {
  readonly results: readonly (Omit<Result, 'row'> & { readonly row: { readonly name: string } })[];
}

/**
 * What an interrupted run has measured, to go on behind it; rows that failed are to be measured again.
 * @param text the file that `--json` wrote
 * @throws when it is of another commit: figures of two programs are no run
 */
export function resumed(
  text: string,
  now: Circumstances,
  rows: readonly Row[],
): { readonly where: Circumstances; readonly results: readonly Result[] } {
  const { results, ...then } = JSON.parse(text) as Kept;
  if (then.commit !== now.commit)
    throw new Error(`the run to resume is of commit ${then.commit}, not ${now.commit}`);
  const found = results.flatMap((result) => {
    const row = rows.find(({ name }) => name === result.row.name);
    return row === undefined || result.error !== undefined ? [] : [{ ...result, row }];
  });
  return { where: { ...then, date: `${then.date}, resumed ${now.date}` }, results: found };
}
