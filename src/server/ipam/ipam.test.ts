import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseAddress } from '../../net/address.ts';
import { parseCidr } from '../../net/cidr.ts';
import { defaultGateway, defaultPools, usableRange } from './pools.ts';
import { addressRequests } from './requests.ts';
import type { AllocationSubnet } from './subnets.ts';

const subnet = (id: string, cidr: string, changes: Partial<AllocationSubnet> = {}): AllocationSubnet => ({
  id,
  networkId: 'n',
  cidr: parseCidr(cidr)!,
  ipamId: `ipam-${id}`,
  pools: [usableRange(parseCidr(cidr)!)],
  auto: false,
  dhcp: true,
  serviceTypes: [],
  ...changes,
});
const mac = 'fa:16:3e:00:00:01';
const ask = (
  deviceOwner: string,
  subnets: AllocationSubnet[],
  wanted?: { subnet_id?: string; ip_address?: string }[],
) =>
  addressRequests({ networkId: 'n', deviceOwner, mac, wanted }, subnets).map((request) =>
    request.kind === 'any' ? request.subnets.map(({ id }) => id).join() : request.address,
  );

describe('pools', () => {
  const defaults = [
    ['10.0.0.0/24', '10.0.0.1', '10.0.0.2-10.0.0.254'],
    ['10.0.0.0/30', '10.0.0.1', '10.0.0.2-10.0.0.2'],
    ['10.0.0.0/31', '10.0.0.1', '10.0.0.0-10.0.0.0'],
    ['10.0.0.0/32', '10.0.0.1', '10.0.0.0-10.0.0.0'],
    ['255.255.255.255/32', '255.255.255.255', '255.255.255.255-255.255.255.255'],
    ['fd00::7/128', 'fd00::7', 'fd00::7-fd00::7'],
    ['fd00::/64', 'fd00::', 'fd00::1-fd00::ffff:ffff:ffff:ffff'],
  ] as const;
  for (const [cidr, gateway, pool] of defaults) {
    it(`of ${cidr}`, () => {
      const block = parseCidr(cidr)!;
      assert.equal(defaultGateway(block), gateway);
      const pools = defaultPools(block, parseAddress(gateway));
      assert.deepEqual(
        pools.map(({ start, end }) => `${start}-${end}`),
        [pool],
      );
    });
  }
});

describe('addresses of a port', () => {
  const v4 = subnet('a', '10.0.0.0/24');
  const other = subnet('b', '10.1.0.0/24');
  const v6 = subnet('c', 'fd00:6::/64');
  const slaac = subnet('d', 'fd00:5::/64', { auto: true });
  const all = [v4, other, v6, slaac];
  const automatic = 'fd00:5::f816:3eff:fe00:1';

  it('are one of each version and the automatic ones', () =>
    assert.deepEqual(ask('', all), ['a,b', 'c', automatic]));
  it('of a router have nothing automatic', () => {
    assert.deepEqual(ask('network:router_interface', all), ['a,b', 'c']);
    const anycast = [{ subnet_id: 'd', ip_address: 'fd00:5::' }];
    assert.deepEqual(ask('network:router_interface', all, anycast), ['fd00:5::']);
  });
  it('are those asked for, and the automatic ones', () => {
    assert.deepEqual(ask('', all, []), [automatic]);
    assert.deepEqual(ask('', all, [{ subnet_id: 'b' }, { ip_address: '10.0.0.7' }]), [
      'b',
      '10.0.0.7',
      automatic,
    ]);
    assert.throws(() => ask('', all, [{ ip_address: 'fd00:5::9' }]), {
      name: 'AllocationOnAutoAddressSubnet',
    });
  });
  it('follow service types', () => {
    const special = subnet('s', '10.2.0.0/24', { serviceTypes: ['compute:nova'] });
    assert.deepEqual(ask('compute:nova', [special]), ['s']);
    assert.deepEqual(ask('network:dhcp', [special]), ['s']);
    assert.throws(() => ask('x', [special]), { name: 'IpAddressGenerationFailureNoMatchingSubnet' });
    for (const wanted of [{ subnet_id: 's' }, { ip_address: '10.2.0.7' }]) {
      assert.throws(() => ask('x', [special], [wanted]), {
        name: 'IpAddressGenerationFailureNoMatchingSubnet',
      });
    }
    assert.deepEqual(ask('x', [special], []), []);
    assert.throws(() => ask('x', [v4, special], [{ subnet_id: 's' }]), {
      name: 'InvalidInput',
      message: /because fixed_ips included invalid subnet s\.$/,
    });
    assert.deepEqual(ask('compute:nova', [v4, special]), ['s,a']);
    const typed = subnet('t', 'fd00:7::/64', { auto: true, serviceTypes: ['compute:nova'] });
    assert.deepEqual(ask('x', [v4, typed]), ['a']);
    assert.deepEqual(ask('compute:nova', [v4, typed]), ['a', 'fd00:7::f816:3eff:fe00:1']);
  });
});
