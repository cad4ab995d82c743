import { agent } from './agent.ts';
import { availabilityZone } from './availabilityZone.ts';
import type { ResourceDefinition } from './definition.ts';
import { floatingip } from './floatingip.ts';
import { network } from './network.ts';
import { port } from './port.ts';
import { router } from './router.ts';
import { securityGroup } from './securityGroup.ts';
import { securityGroupRule } from './securityGroupRule.ts';
import { subnet } from './subnet.ts';

/** Every resource of the API that is a plain collection, in the order of Neutron's list. */
export const resources = {
  network,
  subnet,
  port,
  router,
  floatingip,
  security_group: securityGroup,
  security_group_rule: securityGroupRule,
  agent,
  availability_zone: availabilityZone,
} as const satisfies Record<string, ResourceDefinition>;

export type ResourceName = keyof typeof resources;

export type { Attribute, ResourceDefinition } from './definition.ts';
