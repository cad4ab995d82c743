/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const subnetpoolPolicies = {
  create_subnetpool: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:regular_user'],
  'create_subnetpool:shared': 'rule:admin_only',
  'create_subnetpool:is_default': 'rule:admin_only',
  get_subnetpool: [
    'rule:admin_only or role:reader and project_id:%(project_id)s or rule:shared_subnetpools',
    'rule:admin_or_owner or rule:shared_subnetpools',
  ],
  update_subnetpool: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  'update_subnetpool:is_default': 'rule:admin_only',
  delete_subnetpool: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  onboard_network_subnets: [
    'rule:admin_only or role:member and project_id:%(project_id)s',
    'rule:admin_or_owner',
  ],
  add_prefixes: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  remove_prefixes: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
} as const;
