import type { AdvertisedDevice, AdvertisedSubnet } from '../../linux/radvd.ts';
import { routerDeviceName } from '../../net/names.ts';
import type { RouterInfo } from '../../rpc/l3plugin.ts';

const isIpv6 = ({ cidr }: { readonly cidr: string }) => cidr.includes(':');

/** The devices on which a router makes itself known to IPv6 hosts: those with an IPv6 subnet. Pure. */
export const advertisedDevices = ({ _interfaces = [] }: RouterInfo): AdvertisedDevice[] =>
  _interfaces
    .filter(({ admin_state_up, subnets }) => admin_state_up && subnets.some(isIpv6))
    .map(({ id, mtu, subnets }) => ({
      name: routerDeviceName(id),
      mtu,
      subnets: subnets.filter(isIpv6).map(({ cidr, ipv6_ra_mode, dns_nameservers }) => ({
        cidr,
        mode: ipv6_ra_mode as AdvertisedSubnet['mode'],
        dnsServers: dns_nameservers,
      })),
    }));
