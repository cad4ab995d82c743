/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const serviceProfilePolicies = {
  create_service_profile: 'rule:admin_only',
  get_service_profile: 'rule:admin_only',
  update_service_profile: 'rule:admin_only',
  delete_service_profile: 'rule:admin_only',
} as const;
