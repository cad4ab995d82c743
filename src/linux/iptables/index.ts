export { applyFamilies, type FamilyManager } from './families.ts';
export { type Chains, frame, wrapName, wrapped } from './layout.ts';
export { IptablesManager } from './manager.ts';
export { comment, type TableName, type Tables } from './rules.ts';
