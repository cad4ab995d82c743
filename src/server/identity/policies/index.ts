import { agentPolicies } from './agent.ts';
import { availabilityZonePolicies } from './availabilityZone.ts';
import { basePolicies } from './base.ts';
import { floatingipPolicies } from './floatingip.ts';
import { networkPolicies } from './network.ts';
import { portPolicies } from './port.ts';
import { quotaPolicies } from './quota.ts';
import { routerPolicies } from './router.ts';
import { securityGroupPolicies } from './securityGroup.ts';
import { securityGroupRulePolicies } from './securityGroupRule.ts';
import { subnetPolicies } from './subnet.ts';

/** A rule, or the new default with the deprecated one that also lets pass unless [oslo_policy] enforce_new_defaults. */
export type DefaultRule = string | readonly [string, string];

export const defaultPolicies: Readonly<Record<string, DefaultRule>> = {
  ...basePolicies,
  ...networkPolicies,
  ...subnetPolicies,
  ...portPolicies,
  ...routerPolicies,
  ...floatingipPolicies,
  ...securityGroupPolicies,
  ...securityGroupRulePolicies,
  ...agentPolicies,
  ...quotaPolicies,
  ...availabilityZonePolicies,
};
