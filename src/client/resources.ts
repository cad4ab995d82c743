import type { ResourceDefinition } from '../resources/definition.ts';
import { resources } from '../resources/index.ts';

/** A kind of object in the API. */
export interface Resource {
  /** Its name in bodies and messages. */
  readonly name: string;
  readonly plural: string;
  /** Path of the collection under /v2.0. */
  readonly path: string;
  /** Its name in the messages of update and delete, where that differs. */
  readonly commandName?: string;
}

/** One that the server defines. */
const defined = ({ name, collection, path }: ResourceDefinition): Resource => ({
  name,
  plural: collection,
  path: `/${path}`,
});

export const network = defined(resources.network);
export const subnet = defined(resources.subnet);
export const port = defined(resources.port);
export const router = defined(resources.router);
export const floatingip = defined(resources.floatingip);
export const securityGroup = defined(resources.security_group);
export const securityGroupRule = defined(resources.security_group_rule);
export const agent = defined(resources.agent);
export const subnetpool = defined(resources.subnetpool);
export const addressScope = defined(resources.address_scope);
export const serviceProvider = defined(resources.service_provider);
export const availabilityZone = defined(resources.availability_zone);
export const flavor = defined(resources.flavor);
export const serviceProfile = defined(resources.service_profile);
export const rbacPolicy = defined(resources.rbac_policy);
export const autoAllocatedTopology = defined(resources.auto_allocated_topology);
export const networkIpAvailability = defined(resources.network_ip_availability);

/** One that has no definition: of the API's own, or of a service that is not here. */
const other = (name: string, details: Partial<Resource> = {}): Resource => ({
  name,
  plural: `${name}s`,
  path: `/${name.replaceAll('_', '-')}s`,
  ...details,
});

export const extension = other('extension');
export const problem = other('problem', { path: '/nts-problems' });
export const quota = other('quota');
export const segment = other('segment');
export const meteringLabel = other('metering_label', { path: '/metering/metering-labels' });
export const meteringLabelRule = other('metering_label_rule', { path: '/metering/metering-label-rules' });
export const qosPolicy = other('policy', {
  plural: 'policies',
  path: '/qos/policies',
  commandName: 'qos_policy',
});
export const qosRuleType = other('rule_type', { path: '/qos/rule-types', commandName: 'qos_rule_type' });
export const bandwidthLimitRule = other('bandwidth_limit_rule', { path: '/bandwidth_limit_rules' });
export const dscpMarkingRule = other('dscp_marking_rule', { path: '/dscp_marking_rules' });
export const minimumBandwidthRule = other('minimum_bandwidth_rule', { path: '/minimum_bandwidth_rules' });
