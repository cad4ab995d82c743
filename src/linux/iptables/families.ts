import { SavedRules } from '../savedRules.ts';
import type { IptablesManager } from './manager.ts';
import type { ObservedTables, Tables } from './rules.ts';

export interface FamilyManager {
  readonly family: 4 | 6;
  readonly manager: IptablesManager;
}

/** What is there of each family now: for `writeFamilies`, by one who writes something else in between. */
export const observeFamilies = (managers: readonly FamilyManager[]): Promise<readonly ObservedTables[]> =>
  Promise.all(managers.map(({ manager }) => manager.observe()));

/** Brings tables of several families of a namespace about at once; true when something was written. */
export async function writeFamilies(
  managers: readonly FamilyManager[],
  tables: (family: 4 | 6) => Tables,
  observed?: readonly ObservedTables[],
): Promise<boolean> {
  const changed = await Promise.all(
    managers.map(({ family, manager }, at) => manager.write(tables(family), observed?.[at])),
  );
  return changed.some((names) => names.length > 0);
}

/** The same, read back at once. */
export async function applyFamilies(
  managers: readonly FamilyManager[],
  tables: (family: 4 | 6) => Tables,
): Promise<boolean> {
  const changed = await writeFamilies(managers, tables);
  await SavedRules.settle(managers.map(({ manager }) => manager.saved));
  // What is read while the other family is written would count as changed since.
  for (const { manager } of managers) manager.readBack();
  return changed;
}
