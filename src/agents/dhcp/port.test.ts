import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dhcpDeviceId } from '../../net/dhcpDevice.ts';
import type { DhcpPort } from '../../rpc/dhcp.ts';
import type { PortDict } from '../../rpc/dicts.ts';
import { ensureDhcpPort, type PortService } from './port.ts';
import { networkOf, portOf, subnetOf } from './testing.ts';

const deviceId = dhcpDeviceId('h', 'n');
const one = subnetOf('n', { id: 's1' });
const two = subnetOf('n', { id: 's2', cidr: '10.9.0.0/24' });
const off = subnetOf('n', { id: 's3', cidr: '10.10.0.0/24', enable_dhcp: false });

const own = (device_id: string, ...subnetIds: string[]) =>
  portOf('n', {
    id: 'p',
    mac_address: 'm',
    device_id,
    fixed_ips: subnetIds.map((subnet_id) => ({ subnet_id, ip_address: `${subnet_id}-address` })),
  });

/** A server that gives what it is asked for, and keeps what it was asked. */
function server(answer: (wanted: DhcpPort) => PortDict | null) {
  const asked: [string, unknown][] = [];
  const service: PortService = {
    async create(port) {
      asked.push(['create', port]);
      return answer(port);
    },
    async update(id, port) {
      asked.push([`update ${id}`, port]);
      return answer(port);
    },
    async get(id) {
      asked.push([`get ${id}`, undefined]);
      return own(deviceId, 's1', 's2');
    },
  };
  return { asked, service };
}

const given = (wanted: DhcpPort) => own(deviceId, ...wanted.fixed_ips.map(({ subnet_id }) => subnet_id));

test('a port that covers the subnets is taken as it is', async () => {
  const { asked, service } = server(given);
  const port = own(deviceId, 's1');
  assert.equal(await ensureDhcpPort(networkOf('n', [one, off], [port]), 'h', service), port);
  assert.deepEqual(asked, []);
});

test('a new port asks for an address in each subnet with DHCP', async () => {
  const { asked, service } = server(given);
  await ensureDhcpPort(networkOf('n', [one, two, off]), 'h', service);
  assert.deepEqual(asked, [
    [
      'create',
      {
        name: '',
        admin_state_up: true,
        device_id: deviceId,
        network_id: 'n',
        project_id: 'p1',
        fixed_ips: [{ subnet_id: 's1' }, { subnet_id: 's2' }],
      },
    ],
  ]);
});

test('a port keeps its addresses when a subnet comes, and loses those of one that goes', async () => {
  const { asked, service } = server(given);
  await ensureDhcpPort(networkOf('n', [one, two], [own(deviceId, 's1', 's3')]), 'h', service);
  assert.deepEqual(asked, [
    [
      'update p',
      { network_id: 'n', fixed_ips: [{ subnet_id: 's1', ip_address: 's1-address' }, { subnet_id: 's2' }] },
    ],
  ]);
});

test('a reserved port is taken over', async () => {
  const { asked, service } = server(given);
  await ensureDhcpPort(networkOf('n', [one], [own('reserved_dhcp_port', 's1')]), 'h', service);
  assert.equal(asked[0]?.[0], 'update p');
  assert.equal((asked[0]![1] as DhcpPort).device_id, deviceId);
});

test('an answer that lacks a subnet is asked for again, a network that is gone is an error', async () => {
  const late = server(() => own(deviceId, 's1'));
  await ensureDhcpPort(networkOf('n', [one, two]), 'h', late.service);
  assert.deepEqual(
    late.asked.map(([method]) => method),
    ['create', 'get p'],
  );
  const gone = server(() => null);
  await assert.rejects(ensureDhcpPort(networkOf('n', [one]), 'h', gone.service), /gone/);
  await assert.rejects(
    ensureDhcpPort(networkOf('n', [two], [own(deviceId, 's1')]), 'h', gone.service),
    /changed/,
  );
});
