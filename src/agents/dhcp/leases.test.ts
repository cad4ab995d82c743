import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortDict } from '../../rpc/dicts.ts';
import { readLeases, staleLeases } from './leases.ts';
import { portOf } from './testing.ts';

const port = (mac: string, address: string, values: Partial<PortDict> = {}) =>
  portOf('n', { id: mac, mac_address: mac, fixed_ips: [{ subnet_id: 's', ip_address: address }], ...values });

const withClientId = (value: string) => ({
  extra_dhcp_opts: [{ opt_name: 'client-id', opt_value: value, ip_version: 4 as const }],
});

test('a lease file is read: IPv4, IPv6, the server’s DUID, rubbish left out', () => {
  const text =
    '1795 fa:16:3e:00:00:01 172.16.1.6 host 01:fa\n0 aa 172.16.1.7 * *\nduid 00:01:00\n1796 123 [fd00::7] h 00:02\nrubbish\n';
  assert.deepEqual(readLeases(text), {
    serverId: '00:01:00',
    leases: [
      { hardware: 'fa:16:3e:00:00:01', address: '172.16.1.6', clientId: '01:fa' },
      { hardware: 'aa', address: '172.16.1.7', clientId: undefined },
      { hardware: '123', address: 'fd00::7', clientId: '00:02' },
    ],
  });
});

const lease4 = { hardware: 'aa', address: '172.16.1.5', clientId: '01:aa' };
const lease6 = { hardware: '123', address: 'fd00:0::7', clientId: '00:02' };

for (const [what, lease, ports, before, stale] of [
  ['of a port that is there', lease4, [port('aa', '172.16.1.5')], '', false],
  ['of an address that nobody has', lease4, [port('aa', '172.16.1.6')], '', true],
  ['of an address that another MAC has', lease4, [port('bb', '172.16.1.5')], '', true],
  [
    'of a client id that stays',
    lease4,
    [port('aa', '172.16.1.5', withClientId('x'))],
    'aa,id:x,h,172.16.1.5\n',
    false,
  ],
  [
    'of a client id that changed',
    lease4,
    [port('aa', '172.16.1.5', withClientId('y'))],
    'aa,id:x,h,172.16.1.5\n',
    true,
  ],
  ['of a client id that went', lease4, [port('aa', '172.16.1.5')], 'aa,id:x,h,172.16.1.5\n', true],
  ['of IPv6 that is there', lease6, [port('aa', 'fd00::7')], '', false],
  ['of IPv6 that nobody has', lease6, [], '', true],
] as const)
  test(`the lease ${what} is ${stale ? 'released' : 'kept'}`, () => {
    assert.equal(staleLeases([lease], ports, before).length, stale ? 1 : 0);
  });
