/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const subnetPolicies = {
  create_subnet: [
    'rule:admin_only or role:member and project_id:%(project_id)s or rule:network_owner',
    'rule:admin_or_network_owner',
  ],
  'create_subnet:segment_id': 'rule:admin_only',
  'create_subnet:service_types': 'rule:admin_only',
  get_subnet: [
    'rule:admin_only or role:reader and project_id:%(project_id)s or rule:shared',
    'rule:admin_or_owner or rule:shared',
  ],
  'get_subnet:segment_id': 'rule:admin_only',
  update_subnet: [
    'rule:admin_only or role:member and project_id:%(project_id)s or rule:network_owner',
    'rule:admin_or_network_owner',
  ],
  'update_subnet:segment_id': 'rule:admin_only',
  'update_subnet:service_types': 'rule:admin_only',
  delete_subnet: [
    'rule:admin_only or role:member and project_id:%(project_id)s or rule:network_owner',
    'rule:admin_or_network_owner',
  ],
} as const;
