import { type ResourceDefinition, resources } from '../index.ts';
import { basePolicies } from './base.ts';
import { notServedPolicies } from './notServed.ts';
import { quotaPolicies } from './quota.ts';
import type { Policies } from './rule.ts';

export type { DefaultRule } from './rule.ts';

/** Every default rule by name. */
export const defaultPolicies: Policies = Object.assign(
  {},
  basePolicies,
  quotaPolicies,
  notServedPolicies,
  ...Object.values<ResourceDefinition>(resources).map(({ policies }) => policies),
);

/** The scope that a token must have for an action by default (with enforce_scope); undefined for any. */
export const scopeOf = (name: string): 'project' | undefined =>
  Object.hasOwn(defaultPolicies, name) && !Object.hasOwn(basePolicies, name) ? 'project' : undefined;
