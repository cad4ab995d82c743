export const ipamErrors = {
  /** netaddr's own, which Neutron lets through. */
  AddrFormatError: [400, '%(message)s'],
  AddressCalculationFailure: [500, 'Unable to calculate %(address_type)s address because of:%(reason)s'],
  AllocationOnAutoAddressSubnet: [
    400,
    'IPv6 address %(ip)s cannot be directly assigned to a port on subnet %(subnet_id)s as the subnet is configured for automatic addresses',
  ],
  DeferIpam: [500, 'Exception used to signal that IP allocation is deferred'],
  IPAddressChangeNotAllowed: [400, 'IP updates for port %(port_id)s are not allowed'],
  IPAllocationFailed: [500, 'IP allocation failed. Try again later.'],
  InvalidAddressRequest: [400, 'The address allocation request could not be satisfied because: %(reason)s'],
  InvalidAddressType: [500, 'Unknown address type %(address_type)s'],
  InvalidIpForSubnet: [400, 'IP address %(ip_address)s is not a valid IP for the specified subnet.'],
  InvalidSubnetRequest: [400, 'The subnet request could not be satisfied because: %(reason)s'],
  InvalidSubnetRequestType: [400, 'Cannot handle subnet of type %(subnet_type)s'],
  IpAddressAlreadyAllocated: [409, 'IP address %(ip)s already allocated in subnet %(subnet_id)s'],
  IpAddressGenerationFailure: [409, 'No more IP addresses available on network %(net_id)s.'],
  IpAddressGenerationFailureAllSubnets: [409, 'No more IP addresses available.'],
  IpAddressGenerationFailureNoMatchingSubnet: [
    409,
    'No valid service subnet for the given device owner, network %(network_id)s, service type %(service_type)s.',
  ],
  IpamValueInvalid: [409, '%(message)s'],
} as const;
