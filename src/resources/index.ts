import { addressGroup } from './addressGroup.ts';
import { addressScope } from './addressScope.ts';
import { agent } from './agent.ts';
import { autoAllocatedTopology } from './autoAllocatedTopology.ts';
import { availabilityZone } from './availabilityZone.ts';
import type { ResourceDefinition } from './definition.ts';
import { flavor } from './flavor.ts';
import { floatingip } from './floatingip.ts';
import { floatingipPool } from './floatingipPool.ts';
import { network } from './network.ts';
import { networkIpAvailability } from './networkIpAvailability.ts';
import { port } from './port.ts';
import { rbacPolicy } from './rbacPolicy.ts';
import { router } from './router.ts';
import { securityGroup } from './securityGroup.ts';
import { securityGroupRule } from './securityGroupRule.ts';
import { serviceProfile } from './serviceProfile.ts';
import { serviceProvider } from './serviceProvider.ts';
import { subnet } from './subnet.ts';
import { subnetpool } from './subnetpool.ts';

/** Every resource of the API that is a plain collection, in the order of Neutron's list. */
export const resources = {
  network,
  subnet,
  subnetpool,
  port,
  router,
  floatingip,
  security_group: securityGroup,
  security_group_rule: securityGroupRule,
  agent,
  availability_zone: availabilityZone,
  address_scope: addressScope,
  address_group: addressGroup,
  rbac_policy: rbacPolicy,
  flavor,
  service_profile: serviceProfile,
  service_provider: serviceProvider,
  network_ip_availability: networkIpAvailability,
  auto_allocated_topology: autoAllocatedTopology,
  floatingip_pool: floatingipPool,
} as const satisfies Record<string, ResourceDefinition>;

export type ResourceName = keyof typeof resources;

export type { Attribute, ResourceDefinition } from './definition.ts';
