import { defineResource } from './definition.ts';
import { floatingipPoolPolicies } from './policies/floatingipPool.ts';

/** A subnet of an external network, from which floating IPs come. */
export const floatingipPool = defineResource({
  name: 'floatingip_pool',
  collection: 'floatingip_pools',
  path: 'floatingip_pools',
  alias: 'floatingip-pools',
  key: 'subnet_id',
  policies: floatingipPoolPolicies,
  attributes: {
    subnet_id: { validate: 'uuid' },
    subnet_name: { validate: { string: 255 } },
    network_id: { validate: 'uuid' },
    cidr: { validate: 'subnet_or_none' },
    tenant_id: { validate: { string: 255 }, called: 'project_id' },
  },
  order: ['subnet_id', 'subnet_name', 'tenant_id', 'network_id', 'cidr', 'project_id'],
});
