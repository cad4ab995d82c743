/** Neutron's default rules; of two, the first is the new default and the second the deprecated one. */
export const availabilityZonePolicies = {
  get_availability_zone: ['rule:admin_only', 'rule:regular_user'],
} as const;
