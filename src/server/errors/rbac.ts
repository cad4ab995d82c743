export const rbacErrors = {
  DuplicateRbacPolicy: [409, 'An RBAC policy already exists with those values.'],
  InvalidActionForType: [
    400,
    "Invalid action '%(action)s' for object type '%(object_type)s'. Valid actions: %(valid_actions)s",
  ],
  RbacPolicyInUse: [
    409,
    'RBAC policy on object %(object_id)s cannot be removed because other objects depend on it.\nDetails: %(details)s',
  ],
  RbacPolicyInitError: [500, 'Failed to create RBAC policy on object %(object_id)s because %(reason)s.'],
  RbacPolicyNotFound: [404, 'RBAC policy of type %(object_type)s with ID %(id)s not found'],
} as const;
