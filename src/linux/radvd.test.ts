import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AdvertisedDevice, type AdvertisedSubnet, radvdConfig } from './radvd.ts';

const settings = { confs: '/ra', externalPids: '/pids', user: '', minSeconds: 30, maxSeconds: 100 };
const subnet = (cidr: string, mode: AdvertisedSubnet['mode'], dnsServers: string[] = []) => ({
  cidr,
  mode,
  dnsServers,
});
const device = (name: string, mtu: number, ...subnets: AdvertisedSubnet[]): AdvertisedDevice => ({
  name,
  mtu,
  subnets,
});

const head = (name: string) => `interface ${name}
{
   AdvSendAdvert on;
   MinRtrAdvInterval 30;
   MaxRtrAdvInterval 100;`;
const prefix = (cidr: string, autonomous: string) => `
   prefix ${cidr}
   {
        AdvOnLink on;
        AdvAutonomous ${autonomous};
   };
   `;
const tail = `

   route fe80::a9fe:a9fe/128 {
   };
};`;

// Expected texts are what Python Neutron 21.0 wrote for the same ports.
test('SLAAC: prefix, MTU and no more than three DNS servers', () => {
  const servers = ['fd00::53', 'fd00::54', 'fd00::55', 'fd00::56'];
  assert.equal(
    radvdConfig([device('qr-aaaaaaaa-11', 1450, subnet('fd00:1::/64', 'slaac', servers))], settings),
    `${head('qr-aaaaaaaa-11')}
   AdvLinkMTU 1450;
   
   RDNSS  fd00::53  fd00::54  fd00::55  {};
   ${prefix('fd00:1::/64', 'on')}${tail}`,
  );
});

test('every mode on one device sets both flags; a subnet without a mode only makes the router known', () => {
  const devices = [
    device(
      'qr-aaaaaaaa-11',
      1280,
      subnet('fd00:3::/64', 'dhcpv6-stateful'),
      subnet('fd00:1::/64', 'slaac'),
      subnet('fd00:2::/64', 'dhcpv6-stateless', ['fd00::53']),
    ),
    device('qr-bbbbbbbb-11', 0, subnet('fd00:4::/64', null)),
  ];
  assert.equal(
    radvdConfig(devices, settings),
    `${head('qr-aaaaaaaa-11')}
   AdvLinkMTU 1280;
   
   AdvOtherConfigFlag on;
   
   AdvManagedFlag on;
   ${prefix('fd00:1::/64', 'on')}${prefix('fd00:2::/64', 'on')}${prefix('fd00:3::/64', 'off')}${tail}${head(
     'qr-bbbbbbbb-11',
   )}${tail}`,
  );
});
