export const networksErrors = {
  TagNotFound: [404, 'Tag %(tag)s could not be found.'],
  TagResourceNotFound: [404, 'Resource %(resource)s %(resource_id)s could not be found.'],
  AutoAllocationFailure: [409, 'Deployment error: %(reason)s.'],
  DefaultExternalNetworkExists: [409, 'A default external network already exists: %(net_id)s.'],
  FixedIpsSubnetsNotOnSameSegment: [400, 'Cannot allocate addresses from different segments.'],
  HostConnectedToMultipleSegments: [
    409,
    "Host %(host)s is connected to multiple segments on routed provider network '%(network_id)s'.  It should be connected to one.",
  ],
  HostNotCompatibleWithFixedIps: [
    409,
    'Host %(host)s is not connected to a segment where the existing fixed_ips on port %(port_id)s will function given the routed network topology.',
  ],
  HostNotConnectedToAnySegment: [
    409,
    "Host %(host)s is not connected to any segments on routed provider network '%(network_id)s'.  It should be connected to one.",
  ],
  NetworkIdsDontMatch: [
    400,
    "The subnet's network id, '%(subnet_network)s', doesn't match the network_id of segment '%(segment_id)s'",
  ],
  NoUpdateSubnetWhenMultipleSegmentsOnNetwork: [
    400,
    "The network '%(network_id)s' has multiple segments, it is only possible to associate an existing subnet with a segment on networks with a single segment.",
  ],
  SegmentInUse: [409, "Segment '%(segment_id)s' cannot be deleted: %(reason)s."],
  SegmentNotFound: [404, 'Segment %(segment_id)s could not be found.'],
  SubnetCantAssociateToDynamicSegment: [400, 'A subnet cannot be associated with a dynamic segment.'],
  SubnetSegmentAssociationChangeNotAllowed: [
    400,
    'A subnet that is already associated with a segment cannot have its segment association changed.',
  ],
  SubnetsNotAllAssociatedWithSegments: [
    400,
    "All of the subnets on network '%(network_id)s' must either all be associated with segments or all not associated with any segment.",
  ],
  AddressScopeInUse: [
    409,
    'Unable to complete operation on address scope %(address_scope_id)s. There are one or more subnet pools in use on the address scope.',
  ],
  AddressScopeNotFound: [404, 'Address scope %(address_scope_id)s could not be found.'],
  AddressScopeUpdateError: [400, 'Unable to update address scope %(address_scope_id)s : %(reason)s.'],
  NetworkAddressScopeAffinityError: [
    400,
    'Subnets of the same address family hosted on the same network must all participate in the same address scope.',
  ],
  ExternalNetworkInUse: [
    409,
    'External network %(net_id)s cannot be updated to be made non-external, since it has existing gateway ports.',
  ],
  SegmentsContainDuplicateEntry: [400, 'Duplicate segment entry in request.'],
  SegmentsSetInConjunctionWithProviders: [400, 'Segments and provider values cannot both be set.'],
  NetworkSegmentRangeDefaultReadOnly: [
    400,
    'Network Segment Range %(range_id)s is a default segment range which could not be updated or deleted.',
  ],
  NetworkSegmentRangeNetTypeNotSupported: [
    400,
    'Network type %(type)s does not support network segment ranges.',
  ],
  NetworkSegmentRangeNotFound: [404, 'Network Segment Range %(range_id)s could not be found.'],
  NetworkSegmentRangeOverlaps: [409, 'Network segment range overlaps with range(s) with id %(range_id)s'],
  NetworkSegmentRangeReferencedByProject: [
    409,
    'Network Segment Range %(range_id)s is referenced by one or more tenant networks.',
  ],
} as const;
