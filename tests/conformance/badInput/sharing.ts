import type { WrongRequest } from './table.ts';

const policy = (object_type: unknown, object_id: string, action: string, target_tenant: unknown) => ({
  rbac_policy: { object_type, object_id, action, target_tenant },
});
const SHARED = 'access_as_shared';
const EXTERNAL = 'access_as_external';
const callback = (reason: string) =>
  `Invalid input for operation: Callback validate_rbac_policy_change failed with "${reason}".`;
const onlyAdmins = callback(
  'Invalid input for operation: Only admins can manipulate policies on objects they do not own.',
);
const notAllowed =
  '((((rule:create_rbac_policy and rule:create_rbac_policy:object_type) and rule:create_rbac_policy:object_id) and rule:create_rbac_policy:target_tenant) and rule:create_rbac_policy:action) is disallowed by policy';

const create = 'POST /v2.0/rbac-policies';
const rules = 'POST /v2.0/security-group-rules';
const rule = (values: Record<string, unknown>) => ({
  security_group_rule: { security_group_id: '$group', direction: 'ingress', ...values },
});
const groups = '/v2.0/address-groups';

export const sharing: readonly WrongRequest[] = [
  ['demo', create, policy('network', '$net', SHARED, '$demo'), 400, 'InvalidInput', onlyAdmins],
  ['demo', create, policy('network', '$publicNet', EXTERNAL, '$demo'), 400, 'InvalidInput', onlyAdmins],
  ['demo', create, policy('security_group', '$group', SHARED, '$demo'), 400, 'InvalidInput', onlyAdmins],
  ['demo', create, policy('network', '$demoNet', SHARED, '*'), 403, 'PolicyNotAuthorized', notAllowed],
  [
    'admin',
    create,
    policy('network', '$missing', SHARED, '*'),
    400,
    'InvalidInput',
    callback('Network $missing could not be found.'),
  ],
  [
    'admin',
    create,
    policy('security_group', '$missing', SHARED, '*'),
    400,
    'InvalidInput',
    callback('Security group $missing does not exist'),
  ],
  [
    'admin',
    create,
    policy('address_group', '$missing', SHARED, '*'),
    400,
    'InvalidInput',
    callback('Address group $missing could not be found.'),
  ],
  [
    'admin',
    create,
    policy('address_scope', '$missing', SHARED, '*'),
    400,
    'InvalidInput',
    callback('Address scope $missing could not be found.'),
  ],
  [
    'admin',
    create,
    policy('subnetpool', '$missing', SHARED, '*'),
    400,
    'InvalidInput',
    callback('Subnet pool $missing could not be found.'),
  ],
  [
    'admin',
    create,
    policy(null, '$net', SHARED, '*'),
    400,
    'InvalidInput',
    "Invalid input for operation: 'None' is not a valid RBAC object type.",
  ],
  [
    'admin',
    create,
    policy('router', '$router', SHARED, '*'),
    400,
    'InvalidInput',
    "Invalid input for operation: 'router' is not a valid RBAC object type.",
  ],
  [
    'admin',
    create,
    policy('network', '$net', 'share', '*'),
    400,
    'InvalidActionForType',
    "Invalid action 'share' for object type 'network'. Valid actions: ('access_as_shared', 'access_as_external')",
  ],
  [
    'admin',
    create,
    policy('security_group', '$group', EXTERNAL, '*'),
    400,
    'InvalidActionForType',
    "Invalid action 'access_as_external' for object type 'security_group'. Valid actions: ('access_as_shared',)",
  ],
  [
    'admin',
    create,
    policy('network', '$publicNet', SHARED, '*'),
    409,
    'DuplicateRbacPolicy',
    'An RBAC policy already exists with those values.',
  ],
  [
    'admin',
    'DELETE /v2.0/rbac-policies/$missing',
    undefined,
    404,
    'RbacPolicyNotFound',
    'RBAC policy of type unknown with ID $missing not found',
  ],
  [
    'admin',
    `POST ${groups}`,
    { address_group: { addresses: ['10.0.0.1'] } },
    400,
    'HTTPBadRequest',
    "Invalid input for addresses. Reason: '10.0.0.1' isn't a recognized IP subnet cidr, '10.0.0.1/32' is recommended.",
  ],
  [
    'admin',
    `POST ${groups}`,
    { address_group: { addresses: '10.0.0.0/8' } },
    400,
    'HTTPBadRequest',
    "Invalid input for addresses. Reason: '10.0.0.0/8' is not a list.",
  ],
  [
    'admin',
    `PUT ${groups}/$addressGroup`,
    { address_group: { addresses: [] } },
    400,
    'HTTPBadRequest',
    'Cannot update read-only attribute addresses',
  ],
  [
    'admin',
    `PUT ${groups}/$addressGroup/add_addresses`,
    { addresses: ['10.1.2.3/24'] },
    400,
    'AddressesAlreadyExist',
    "Addresses ['10.1.2.0/24'] already exist in the address group $addressGroup.",
  ],
  [
    'admin',
    `PUT ${groups}/$addressGroup/remove_addresses`,
    { addresses: ['10.1.2.0/25'] },
    404,
    'AddressesNotFound',
    "Addresses ['10.1.2.0/25'] not found in the address group $addressGroup.",
  ],
  [
    'admin',
    `PUT ${groups}/$addressGroup/add_addresses`,
    { addresses: ['1.1.1.1/32', 'x'] },
    400,
    'AddrFormatError',
    'invalid IPNetwork x',
  ],
  [
    'admin',
    `PUT ${groups}/$addressGroup/add_addresses`,
    {},
    400,
    'HTTPBadRequest',
    "'addresses' must be a list of addresses or CIDRs",
  ],
  [
    'demo',
    `PUT ${groups}/$addressGroup/add_addresses`,
    { addresses: [] },
    404,
    'AddressGroupNotFound',
    'Address group $addressGroup could not be found.',
  ],
  [
    'admin',
    `DELETE ${groups}/$addressGroup`,
    undefined,
    409,
    'AddressGroupInUse',
    'Address group $addressGroup is in use on one or more security group rules.',
  ],
  [
    'admin',
    rules,
    rule({ remote_address_group_id: '$missing' }),
    404,
    'AddressGroupNotFound',
    'Address group $missing could not be found.',
  ],
  [
    'admin',
    rules,
    rule({ remote_address_group_id: '$addressGroup', remote_group_id: '$group' }),
    400,
    'SecurityGroupMultipleRemoteEntites',
    'Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided.',
  ],
  [
    'admin',
    'POST /v2.0/ports',
    { port: { network_id: '$net', security_groups: ['$group', '$stateless'] } },
    409,
    'SecurityGroupConflict',
    'Error Cannot apply both stateful and stateless security groups on the same port at the same time while attempting the operation.',
  ],
  [
    'admin',
    'PUT /v2.0/ports/$port',
    { port: { security_groups: ['$group', '$stateless'] } },
    409,
    'SecurityGroupConflict',
    'Error Cannot apply both stateful and stateless security groups on the same port at the same time while attempting the operation.',
  ],
  [
    'admin',
    'PUT /v2.0/security-groups/$group',
    { security_group: { stateful: false } },
    409,
    'SecurityGroupInUse',
    'Security Group $group in use.',
  ],
];
