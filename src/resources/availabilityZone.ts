import { defineResource } from './definition.ts';
import { availabilityZonePolicies } from './policies/availabilityZone.ts';

/** A group of agents of one kind that fail together. */
export const availabilityZone = defineResource({
  name: 'availability_zone',
  collection: 'availability_zones',
  path: 'availability_zones',
  alias: 'availability_zone',
  unpaged: true,
  unsorted: true,
  policies: availabilityZonePolicies,
  attributes: {
    name: { filter: true },
    resource: { filter: true },
    state: { filter: true },
  },
  order: ['state', 'name', 'resource'],
});
