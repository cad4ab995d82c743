import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PortFilters } from '../../rpc/metadata.ts';
import { portOf } from '../dhcp/testing.ts';
import { addressFilter, findInstance, signatureOf } from './instance.ts';
import { createLookup } from './lookup.ts';
import { socketPolicy } from './settings.ts';

const port = (device_id: string, network_id = 'n') =>
  portOf(network_id, { id: device_id, device_id, mac_address: 'm', fixed_ips: [] });

for (const [address, filter] of [
  ['172.16.1.5', { fixed_ips: { ip_address: ['172.16.1.5'] } }],
  ['::ffff:172.16.1.5', { fixed_ips: { ip_address: ['172.16.1.5'] } }],
  ['FD00:0:0::5', { fixed_ips: { ip_address: ['fd00::5'] } }],
  ['fe80::f816:3eff:fe82:7a01', { mac_address: ['fa:16:3e:82:7a:01'] }],
] as const)
  test(`a client at ${address} is looked for by ${JSON.stringify(filter)}`, () => {
    assert.deepEqual(addressFilter(address), filter);
  });

test('what is no address is refused', () => {
  assert.throws(() => addressFilter('172.16.1.5, 10.0.0.1'), /no address/);
});

test('behind a router, the networks of the router are looked at, and no others', async () => {
  const asked: PortFilters[] = [];
  const origin = { address: '172.16.1.5', networkId: undefined, routerId: 'r' };
  const ofRouter = [port('r', 'n1'), port('r', 'n1'), port('r', 'n2')];
  const instance = await findInstance(origin, async (filters) => {
    asked.push(filters);
    return filters.device_id ? ofRouter : [port('vm')];
  });
  assert.deepEqual(instance, { id: 'vm', projectId: 'p1' });
  assert.deepEqual(asked[1], { fixed_ips: { ip_address: ['172.16.1.5'] }, network_id: ['n1', 'n2'] });
  assert.equal(await findInstance(origin, async () => []), undefined);
});

test('no instance for both ids, for several ports, an error for neither id', async () => {
  const where = { address: '172.16.1.5', networkId: 'n', routerId: undefined };
  assert.equal(await findInstance({ ...where, routerId: 'r' }, async () => [port('vm')]), undefined);
  assert.equal(await findInstance(where, async () => [port('a'), port('b')]), undefined);
  await assert.rejects(
    findInstance({ ...where, networkId: undefined }, async () => []),
    /neither/,
  );
});

test('the signature is the HMAC-SHA256 of the instance id', () => {
  assert.equal(
    signatureOf('instance-1', 'Test'),
    '4b6d7c61892a10449f270785937154043fae0bca514f4e5b91c3fa46e4f09daa',
  );
});

test('requests that come together ask the server once; misses and errors are not kept', async () => {
  let calls = 0;
  let time = 0;
  let answer: () => Promise<ReturnType<typeof port>[]> = async () => [port('vm')];
  const lookup = createLookup(
    () => {
      calls += 1;
      return answer();
    },
    () => time,
  );
  const origin = { address: '172.16.1.5', networkId: 'n', routerId: undefined };
  await Promise.all([lookup.find(origin), lookup.find(origin)]);
  assert.equal(calls, 1);
  lookup.forget(origin);
  await lookup.find(origin);
  assert.equal(calls, 2);
  time += 2000;
  answer = async () => [];
  assert.equal(await lookup.find(origin), undefined);
  assert.equal(await lookup.find(origin), undefined);
  assert.equal(calls, 4);
  answer = async () => {
    throw new Error('timeout');
  };
  await assert.rejects(lookup.find(origin));
  await assert.rejects(lookup.find(origin));
  assert.equal(calls, 6);
});

for (const [user, group, expected] of [
  ['', '', 'user'],
  ['root', 'nogroup', 'user'],
  ['nobody', '', 'group'],
  ['nobody', '0', 'group'],
  ['nobody', 'nogroup', 'all'],
] as const)
  test(`socket mode for user "${user}", group "${group}", deduced by root: ${expected}`, () => {
    assert.equal(socketPolicy('deduce', user, group), expected);
    assert.equal(socketPolicy('all', user, group), 'all');
  });
