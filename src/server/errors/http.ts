/** What the API layer itself answers, named after WebOb's and oslo.policy's classes as Neutron does. */
export const httpErrors = {
  HTTPForbidden: [403, '%(message)s'],
  HTTPNotFound: [404, 'The resource could not be found.'],
  HTTPMethodNotAllowed: [
    405,
    'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  ],
  HTTPNotAcceptable: [
    406,
    'The server could not comply with the request since it is either malformed or otherwise incorrect.',
  ],
  HTTPRequestEntityTooLarge: [413, 'Request is too large.'],
  HTTPInternalServerError: [500, 'Request Failed: internal server error while processing your request.'],
  HTTPConflict: [409, '%(message)s'],
  NeutronDbObjectDuplicateEntry: [
    409,
    'Failed to create a duplicate %(object_type)s: for attribute(s) %(attributes)s with value(s) %(values)s',
  ],
  HTTPNotImplemented: [501, '%(message)s'],
  PolicyNotAuthorized: [403, '%(rule)s is disallowed by policy'],
  InvalidScope: [
    403,
    '%(rule)s requires a scope of %(operation_scopes)s, request was made with %(token_scope)s scope.',
  ],
  RevisionNumberConstraintFailed: [412, 'Constrained to %(expected)s, but current revision is %(current)s'],
} as const;
