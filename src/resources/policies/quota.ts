/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const quotaPolicies = {
  get_quota: 'rule:admin_only',
  update_quota: 'rule:admin_only',
  delete_quota: 'rule:admin_only',
} as const;
