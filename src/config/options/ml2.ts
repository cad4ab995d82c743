import { bool, group, int, list, str } from '../option.ts';
import { extensionDrivers, firewallDrivers, mechanismDrivers, networkTypes } from './names.ts';

/** The ML2 plugin and its drivers. */
export const ml2 = group('ml2', {
  type_drivers: list(['local', 'flat', 'vlan', 'gre', 'vxlan', 'geneve'], 'Type drivers loaded', {
    names: networkTypes,
  }),
  tenant_network_types: list(['local'], 'Ordered types tried for tenant networks', {
    names: networkTypes,
    formerly: ['project_network_types'],
  }),
  mechanism_drivers: list([], 'Ordered mechanism drivers', { names: mechanismDrivers }),
  extension_drivers: list([], 'Ordered ML2 extension drivers', { names: extensionDrivers }),
  path_mtu: int(0, 'Largest packet underlying path carries; 0 unknown'),
  physical_network_mtus: list([], 'physnet:mtu pairs'),
  external_network_type: str(null, 'Default type for external networks'),
  overlay_ip_version: int(4, 'IP version of tunnel endpoints, 4 or 6'),
});

export const ml2Flat = group('ml2_type_flat', {
  flat_networks: list(['*'], 'Physical networks allowed flat; * any'),
});

export const ml2Vlan = group('ml2_type_vlan', {
  network_vlan_ranges: list([], 'physnet[:min:max] entries'),
});

export const ml2Gre = group('ml2_type_gre', {
  tunnel_id_ranges: list([], 'min:max GRE ids'),
});

export const ml2Vxlan = group('ml2_type_vxlan', {
  vni_ranges: list([], 'min:max VNI ranges for tenants'),
  vxlan_group: str(null, 'Multicast group handed to agents'),
});

export const ml2Geneve = group('ml2_type_geneve', {
  vni_ranges: list([], 'min:max VNI ranges'),
  max_header_size: int(30, 'Geneve header bytes assumed'),
});

export const securitygroup = group('securitygroup', {
  firewall_driver: str(null, 'Firewall driver alias or class', { names: firewallDrivers }),
  enable_security_group: bool(true, 'Turn security group API on'),
  enable_ipset: bool(true, 'Use ipset for member lists'),
  permitted_ethertypes: list([], 'Extra ethertypes let through (OVS)'),
});

export const ovsDriver = group('ovs_driver', {
  vnic_type_prohibit_list: list([], 'VNIC types refused', { formerly: ['vnic_type_blacklist'] }),
});

export const sriovDriver = group('sriov_driver', {
  vnic_type_prohibit_list: list([], 'VNIC types refused', { formerly: ['vnic_type_blacklist'] }),
});
