import { faults } from './fault.ts';

/** What the definitions of resources may say about a client's values; the server's table includes these. */
export const inputErrors = {
  HTTPBadRequest: [400, '%(message)s'],
  InvalidInput: [400, 'Invalid input for operation: %(error_message)s.'],
  InvalidCIDR: [400, 'Invalid CIDR %(input)s given as IP prefix.'],
  InvalidInputSubnetServiceType: [400, 'Subnet service type %(service_type)s is not a string.'],
  InvalidServiceType: [400, 'Invalid service type: %(service_type)s.'],
  InvalidSubnetServiceType: [
    400,
    'Subnet service type %(service_type)s does not correspond to a valid device owner.',
  ],
  AllowedAddressPairExhausted: [400, 'The number of allowed address pair exceeds the maximum %(quota)s.'],
  AllowedAddressPairsMissingIP: [400, 'AllowedAddressPair must contain ip_address'],
  DuplicateAddressPairInRequest: [
    400,
    'Request contains duplicate address pair: mac_address %(mac_address)s ip_address %(ip_address)s.',
  ],
  SecurityGroupDefaultAlreadyExists: [409, 'Default security group already exists.'],
  SecurityGroupInvalidPortValue: [400, 'Invalid value for port %(port)s'],
  SecurityGroupRuleInvalidEtherType: [
    400,
    "Security group rule for ethertype '%(ethertype)s' not supported. Allowed values are %(values)s.",
  ],
  SecurityGroupRuleInvalidProtocol: [
    400,
    'Security group rule protocol %(protocol)s not supported. Only protocol values %(values)s and integer representations [0 to 255] are supported.',
  ],
} as const;

export const inputFault = faults(inputErrors);
