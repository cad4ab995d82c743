export const rbacErrors = {
  DuplicateRbacPolicy: [409, 'An RBAC policy already exists with those values.'],
  RbacPolicyInUse: [
    409,
    'RBAC policy on object %(object_id)s cannot be removed because other objects depend on it.\nDetails: %(details)s',
  ],
  RbacPolicyInitError: [500, 'Failed to create RBAC policy on object %(object_id)s because %(reason)s.'],
  RbacPolicyNotFound: [404, 'RBAC policy of type %(object_type)s with ID %(id)s not found'],
} as const;
