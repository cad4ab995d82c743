export const portsErrors = {
  AddressPairAndPortSecurityRequired: [
    409,
    'Port Security must be enabled in order to have allowed address pairs on a port.',
  ],
  DNSDomainNotFound: [404, 'Domain %(dns_domain)s not found in the external DNS service'],
  DuplicateRecordSet: [409, 'Name %(dns_name)s is duplicated in the external DNS service'],
  ExternalDNSDriverNotFound: [404, 'External DNS driver %(driver)s could not be found.'],
  ExternalDNSOverQuota: [409, 'External DNS Quota exceeded for resources: %(resource)s.'],
  InvalidPTRZoneConfiguration: [
    409,
    'Value of %(parameter)s has to be multiple of %(number)s, with maximum value of %(maximum)s and minimum value of %(minimum)s',
  ],
  PortSecurityAndIPRequiredForSecurityGroups: [
    400,
    'Port security must be enabled and port must have an IP address in order to use security groups.',
  ],
  PortSecurityPortHasSecurityGroup: [
    409,
    'Port has security group associated. Cannot disable port security or IP address until security group is removed.',
  ],
  VlanTransparencyDriverError: [500, 'Backend does not support VLAN Transparency.'],
} as const;
