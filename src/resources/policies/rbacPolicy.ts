/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const rbacPolicyPolicies = {
  create_rbac_policy: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:regular_user'],
  'create_rbac_policy:target_tenant': [
    'rule:admin_only or (not field:rbac_policy:target_tenant=* and not field:rbac_policy:target_project=*)',
    'rule:restrict_wildcard',
  ],
  update_rbac_policy: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
  'update_rbac_policy:target_tenant': [
    'rule:admin_only or (not field:rbac_policy:target_tenant=* and not field:rbac_policy:target_project=*)',
    'rule:restrict_wildcard and rule:admin_or_owner',
  ],
  get_rbac_policy: ['rule:admin_only or role:reader and project_id:%(project_id)s', 'rule:admin_or_owner'],
  delete_rbac_policy: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:admin_or_owner'],
} as const;
