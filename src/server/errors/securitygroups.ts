export const securitygroupsErrors = {
  DuplicateSecurityGroupRuleInPost: [409, 'Duplicate Security Group Rule in POST.'],
  SecurityGroupCannotRemoveDefault: [409, 'Insufficient rights for removing default security group.'],
  SecurityGroupCannotUpdateDefault: [409, 'Updating default security group not allowed.'],
  SecurityGroupConflict: [409, 'Error %(reason)s while attempting the operation.'],
  SecurityGroupEthertypeConflictWithProtocol: [
    400,
    'Invalid ethertype %(ethertype)s for protocol %(protocol)s.',
  ],
  SecurityGroupInUse: [409, 'Security Group %(id)s %(reason)s.'],
  SecurityGroupInvalidIcmpValue: [
    400,
    'Invalid value for ICMP %(field)s (%(attr)s) %(value)s. It must be 0 to 255.',
  ],
  SecurityGroupInvalidPortRange: [400, 'For TCP/UDP protocols, port_range_min must be <= port_range_max'],
  SecurityGroupInvalidProtocolForPort: [
    400,
    'Ports cannot be specified for protocol %(protocol)s. Ports are only supported for %(valid_port_protocols)s.',
  ],
  SecurityGroupMissingIcmpType: [
    400,
    'ICMP code (port-range-max) %(value)s is provided but ICMP type (port-range-min) is missing.',
  ],
  SecurityGroupMultipleRemoteEntites: [
    400,
    'Only one of remote_ip_prefix or remote_group_id or remote_address_group_id may be provided.',
  ],
  SecurityGroupNotFound: [404, 'Security group %(id)s does not exist'],
  SecurityGroupNotSingleGroupRules: [400, 'Only allowed to update rules for one security profile at a time'],
  SecurityGroupProtocolRequiredWithPorts: [400, 'Must also specify protocol if port range is given.'],
  SecurityGroupRuleExists: [409, 'Security group rule already exists. Rule id is %(rule_id)s.'],
  SecurityGroupRuleInUse: [409, 'Security Group Rule %(id)s %(reason)s.'],
  SecurityGroupRuleNotFound: [404, 'Security group rule %(id)s does not exist'],
  SecurityGroupRuleParameterConflict: [400, 'Conflicting value ethertype %(ethertype)s for CIDR %(cidr)s'],
  SecurityGroupRulesNotSingleTenant: [
    400,
    'Multiple tenant_ids in bulk security group rule create not allowed',
  ],
  AddressGroupInUse: [
    409,
    'Address group %(address_group_id)s is in use on one or more security group rules.',
  ],
  AddressGroupNotFound: [404, 'Address group %(address_group_id)s could not be found.'],
  AddressesAlreadyExist: [
    400,
    'Addresses %(addresses)s already exist in the address group %(address_group_id)s.',
  ],
  AddressesNotFound: [404, 'Addresses %(addresses)s not found in the address group %(address_group_id)s.'],
} as const;
