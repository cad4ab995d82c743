import { defineResource } from './definition.ts';
import { serviceProviderPolicies } from './policies/serviceProvider.ts';

/** A driver that provides a kind of service. */
export const serviceProvider = defineResource({
  name: 'service_provider',
  collection: 'service_providers',
  path: 'service-providers',
  alias: 'service-type',
  unpaged: true,
  unsorted: true,
  anyFilter: true,
  policies: serviceProviderPolicies,
  attributes: {
    service_type: {},
    name: {},
    default: { holds: 'boolean' },
  },
  order: ['service_type', 'name', 'default'],
});
