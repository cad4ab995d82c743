/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const addressScopePolicies = {
  create_address_scope: ['rule:admin_only or role:member and project_id:%(project_id)s', 'rule:regular_user'],
  'create_address_scope:shared': 'rule:admin_only',
  get_address_scope: [
    'rule:admin_only or role:reader and project_id:%(project_id)s or rule:shared_address_scopes',
    'rule:admin_or_owner or rule:shared_address_scopes',
  ],
  update_address_scope: [
    'rule:admin_only or role:member and project_id:%(project_id)s',
    'rule:admin_or_owner',
  ],
  'update_address_scope:shared': 'rule:admin_only',
  delete_address_scope: [
    'rule:admin_only or role:member and project_id:%(project_id)s',
    'rule:admin_or_owner',
  ],
} as const;
