/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const flavorPolicies = {
  create_flavor: 'rule:admin_only',
  get_flavor: ['(rule:admin_only) or (role:reader and project_id:%(project_id)s)', 'rule:regular_user'],
  update_flavor: 'rule:admin_only',
  delete_flavor: 'rule:admin_only',
  get_flavor_service_profile: [
    '(rule:admin_only) or (role:reader and project_id:%(project_id)s)',
    'rule:regular_user',
  ],
  create_flavor_service_profile: 'rule:admin_only',
  delete_flavor_service_profile: 'rule:admin_only',
} as const;
