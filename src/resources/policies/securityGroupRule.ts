/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const securityGroupRulePolicies = {
  create_security_group_rule: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  get_security_group_rule: [
    'role:reader and project_id:%(project_id)s or rule:sg_owner',
    'rule:admin_owner_or_sg_owner',
  ],
  delete_security_group_rule: ['role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
} as const;
