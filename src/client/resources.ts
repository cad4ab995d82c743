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

const resource = (name: string, details: Partial<Resource> = {}): Resource => ({
  name,
  plural: `${name}s`,
  path: `/${name.replaceAll('_', '-')}s`,
  ...details,
});

export const network = resource('network');
export const subnet = resource('subnet');
export const port = resource('port');
export const router = resource('router');
export const floatingip = resource('floatingip');
export const securityGroup = resource('security_group');
export const securityGroupRule = resource('security_group_rule');
export const agent = resource('agent');
export const extension = resource('extension');
export const quota = resource('quota');
export const subnetpool = resource('subnetpool');
export const addressScope = resource('address_scope');
export const segment = resource('segment');
export const serviceProvider = resource('service_provider');
export const availabilityZone = resource('availability_zone', { path: '/availability_zones' });
export const flavor = resource('flavor');
export const serviceProfile = resource('service_profile', { path: '/service_profiles' });
export const rbacPolicy = resource('rbac_policy', { plural: 'rbac_policies', path: '/rbac-policies' });
export const autoAllocatedTopology = resource('auto_allocated_topology', {
  path: '/auto-allocated-topology',
});
export const networkIpAvailability = resource('network_ip_availability', {
  plural: 'network_ip_availabilities',
  path: '/network-ip-availabilities',
});
export const meteringLabel = resource('metering_label', { path: '/metering/metering-labels' });
export const meteringLabelRule = resource('metering_label_rule', { path: '/metering/metering-label-rules' });
export const qosPolicy = resource('policy', {
  plural: 'policies',
  path: '/qos/policies',
  commandName: 'qos_policy',
});
export const qosRuleType = resource('rule_type', { path: '/qos/rule-types', commandName: 'qos_rule_type' });
export const bandwidthLimitRule = resource('bandwidth_limit_rule', { path: '/bandwidth_limit_rules' });
export const dscpMarkingRule = resource('dscp_marking_rule', { path: '/dscp_marking_rules' });
export const minimumBandwidthRule = resource('minimum_bandwidth_rule', { path: '/minimum_bandwidth_rules' });
