import { defineResource } from './definition.ts';
import { networkIpAvailabilityPolicies } from './policies/networkIpAvailability.ts';

/** How many addresses of a network are in use. */
export const networkIpAvailability = defineResource({
  name: 'network_ip_availability',
  collection: 'network_ip_availabilities',
  path: 'network-ip-availabilities',
  alias: 'network-ip-availability',
  key: 'network_id',
  policies: networkIpAvailabilityPolicies,
  attributes: {
    network_id: { holds: 'uuid', filter: true, sort: true },
    network_name: { filter: true },
    tenant_id: { filter: true },
    total_ips: { holds: 'integer' },
    used_ips: { holds: 'integer' },
    subnet_ip_availability: { holds: 'objects' },
    ip_version: { holds: 'integer', hidden: true, filter: true },
  },
  order: [
    'network_id',
    'network_name',
    'tenant_id',
    'project_id',
    'subnet_ip_availability',
    'used_ips',
    'total_ips',
  ],
});
