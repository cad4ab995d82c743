/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const securityGroupPolicies = {
  create_security_group: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  get_security_group: ['role:reader and project_id:%(project_id)s', 'rule:regular_user'],
  update_security_group: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  delete_security_group: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
} as const;
