/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const floatingipPoolPolicies = {
  get_floatingip_pool: ['role:reader and project_id:%(project_id)s', 'rule:regular_user'],
} as const;
