/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const autoAllocatedTopologyPolicies = {
  get_auto_allocated_topology: ['role:reader and project_id:%(project_id)s', 'rule:admin_or_owner'],
  delete_auto_allocated_topology: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
} as const;
