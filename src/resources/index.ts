import { addressGroup } from './addressGroup.ts';
import { addressScope } from './addressScope.ts';
import { agent } from './agent.ts';
import { autoAllocatedTopology } from './autoAllocatedTopology.ts';
import { availabilityZone } from './availabilityZone.ts';
import type { MembersDefinition, ResourceDefinition } from './definition.ts';
import { flavor } from './flavor.ts';
import { flavorNextProvider, flavorServiceProfile } from './flavorParts.ts';
import { floatingip } from './floatingip.ts';
import { floatingipPool } from './floatingipPool.ts';
import { dhcpAgents, dhcpNetworks, l3Agents, l3Routers } from './hosting.ts';
import { network } from './network.ts';
import { networkIpAvailability } from './networkIpAvailability.ts';
import { port } from './port.ts';
import { portBinding } from './portBinding.ts';
import { qosPolicy } from './qosPolicy.ts';
import { qosAliases, qosRules } from './qosRules.ts';
import { qosRuleType } from './qosRuleType.ts';
import { rbacPolicy } from './rbacPolicy.ts';
import { router } from './router.ts';
import { securityGroup } from './securityGroup.ts';
import { securityGroupRule } from './securityGroupRule.ts';
import { serviceProfile } from './serviceProfile.ts';
import { serviceProvider } from './serviceProvider.ts';
import { subnet } from './subnet.ts';
import { subnetpool } from './subnetpool.ts';

/** Every resource of the API that is a plain collection; the order is that of Neutron's quotas. */
export const resources = {
  network,
  subnet,
  subnetpool,
  port,
  router,
  floatingip,
  rbac_policy: rbacPolicy,
  security_group: securityGroup,
  security_group_rule: securityGroupRule,
  agent,
  availability_zone: availabilityZone,
  address_scope: addressScope,
  address_group: addressGroup,
  flavor,
  service_profile: serviceProfile,
  service_provider: serviceProvider,
  network_ip_availability: networkIpAvailability,
  auto_allocated_topology: autoAllocatedTopology,
  floatingip_pool: floatingipPool,
  qos_policy: qosPolicy,
  qos_rule_type: qosRuleType,
  ...qosAliases,
} as const satisfies Record<string, ResourceDefinition>;

export type ResourceName = keyof typeof resources;

/** Every resource that stands below each member of another. */
export const children = {
  port_binding: portBinding,
  flavor_service_profile: flavorServiceProfile,
  flavor_next_provider: flavorNextProvider,
  ...qosRules,
} as const satisfies Record<string, ResourceDefinition>;

export type ChildName = keyof typeof children;

/** Every list of a resource's members below a member of another. */
export const members = { dhcpNetworks, dhcpAgents, l3Routers, l3Agents } as const satisfies Record<
  string,
  MembersDefinition
>;

export type MembersName = keyof typeof members;

export type { Attribute, MembersDefinition, ResourceDefinition } from './definition.ts';
