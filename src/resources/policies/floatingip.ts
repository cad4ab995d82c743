/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const floatingipPolicies = {
  create_floatingip: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:regular_user'],
  'create_floatingip:floating_ip_address': 'rule:admin_only',
  get_floatingip: ['rule:admin_only or role:reader and project_id:%(project_id)s', 'rule:admin_or_owner'],
  update_floatingip: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  delete_floatingip: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
} as const;
