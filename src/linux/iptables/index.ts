export { applyFamilies, type FamilyManager, observeFamilies, writeFamilies } from './families.ts';
export { type Chains, frame, wrapName, wrapped } from './layout.ts';
export { IptablesManager } from './manager.ts';
export { comment, type ObservedTables, type TableName, type Tables } from './rules.ts';
