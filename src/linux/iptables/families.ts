import type { IptablesManager } from './manager.ts';
import type { Tables } from './rules.ts';

export interface FamilyManager {
  readonly family: 4 | 6;
  readonly manager: IptablesManager;
}

/** Brings tables of several families of a namespace about at once; true when something was written. */
export async function applyFamilies(
  managers: readonly FamilyManager[],
  tables: (family: 4 | 6) => Tables,
): Promise<boolean> {
  const changed = await Promise.all(managers.map(({ family, manager }) => manager.write(tables(family))));
  // What is read while the other family is written would count as changed since.
  for (const { manager } of managers) manager.readBack();
  return changed.some((names) => names.length > 0);
}
