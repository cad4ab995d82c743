import type { Row } from '../row.ts';
import { networkGet } from './networkGet.ts';
import { portCreate } from './portCreate.ts';

/** Every row, in the order of the table. */
export const rows: readonly Row[] = [...portCreate, ...networkGet];

export function rowNamed(name: string): Row {
  const row = rows.find((one) => one.name === name);
  if (!row) throw new Error(`no row ${name}`);
  return row;
}
