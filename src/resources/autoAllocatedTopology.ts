import { defineResource } from './definition.ts';
import { autoAllocatedTopologyPolicies } from './policies/autoAllocatedTopology.ts';

/** A network, a subnet and a router that a project gets without asking for each. */
export const autoAllocatedTopology = defineResource({
  name: 'auto_allocated_topology',
  collection: 'auto_allocated_topologies',
  path: 'auto-allocated-topology',
  alias: 'auto-allocated-topology',
  policies: autoAllocatedTopologyPolicies,
  attributes: {
    id: { validate: 'uuid' },
    tenant_id: { validate: 'uuid' },
  },
  order: ['id', 'tenant_id', 'project_id'],
});
