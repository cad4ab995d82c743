import { resources } from '../index.ts';
import { basePolicies } from './base.ts';
import { quotaPolicies } from './quota.ts';
import type { Policies } from './rule.ts';

export type { DefaultRule } from './rule.ts';

/** Every default rule by name. */
export const defaultPolicies: Policies = Object.assign(
  {},
  basePolicies,
  quotaPolicies,
  ...Object.values(resources).map(({ policies }) => policies),
);
