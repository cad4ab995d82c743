/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const addressGroupPolicies = {
  get_address_group: [
    'role:reader and project_id:%(project_id)s or rule:shared_address_groups',
    'rule:admin_or_owner or rule:shared_address_groups',
  ],
} as const;
