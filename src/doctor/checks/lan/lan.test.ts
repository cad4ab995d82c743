import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CloudFacts } from '../../../rpc/facts.ts';
import { isOff } from './clock.ts';
import { physicalNeed, tunnelNeed } from './needs.ts';
import { freeAddresses, proxyOf, without } from './pools.ts';

test('clocks differ only for certain: by more than a second and the time that the question took', () => {
  const off = (ahead: number, within: number) => isOff({ whose: 'it', ahead, within });
  assert.deepEqual(
    [off(0.9, 0), off(1.1, 0), off(-1.1, 0), off(1.9, 1), off(-95, 2)],
    [false, true, true, false, true],
  );
});

const network = (id: string, mtu: number) => ({
  id,
  name: id,
  mtu,
  external: true,
  segments: [{ network_type: 'flat', physical_network: 'public', segmentation_id: null }],
});

const facts = (more: Partial<CloudFacts>): CloudFacts => ({
  time: '',
  tunnel_bytes: null,
  agents: [],
  networks: [],
  subnets: [],
  ports: [],
  ...more,
});

test('a card must carry the widest network of its physical network', () => {
  const two = facts({ networks: [network('narrow', 1400), network('wide', 9000)] });
  assert.deepEqual(physicalNeed(two, 'public'), { bytes: 9000, what: 'network wide' });
  assert.equal(physicalNeed(two, 'office'), undefined);
});

test('free addresses of pools leave out what ports have, and a pool of a million is not listed', () => {
  const subnet = (pools: { start: string; end: string }[]) => ({
    name: 'public',
    device: 'eno1',
    network: network('n', 1500),
    subnet: {
      id: 's',
      name: 'public',
      network_id: 'n',
      ip_version: 4,
      cidr: '10.0.0.0/8',
      gateway_ip: null,
      enable_dhcp: false,
      allocation_pools: pools,
    },
  });
  const port = { id: 'p', network_id: 'n', mac_address: '', device_owner: '', addresses: ['10.0.0.3'] };
  const two = subnet([
    { start: '10.0.0.2', end: '10.0.0.4' },
    { start: '10.0.1.255', end: '10.0.2.0' },
  ]);
  assert.deepEqual(freeAddresses(two, facts({ ports: [port] })), [
    '10.0.0.2',
    '10.0.0.4',
    '10.0.1.255',
    '10.0.2.0',
  ]);
  assert.equal(freeAddresses(subnet([{ start: '10.0.0.1', end: '10.255.255.254' }]), facts({})).length, 256);
});

test('a router that answers for everything says nothing of single addresses', () => {
  const answers = (count: number) =>
    new Map(Array.from({ length: count }, (_, index) => [`10.0.0.${index}`, ['02:00:00:00:00:01']]));
  assert.equal(proxyOf(answers(100), 100), '02:00:00:00:00:01');
  assert.equal(proxyOf(answers(30), 100), undefined);
  assert.equal(proxyOf(answers(3), 4), undefined);
});

test('tunnels need what the widest private network has, else what the server would give the first one', () => {
  const segments = [{ network_type: 'vxlan', physical_network: null, segmentation_id: 7 }];
  const inside = { ...network('private', 1450), segments };
  assert.equal(tunnelNeed(facts({ networks: [inside], tunnel_bytes: 9000 }), 1400).bytes, 1500);
  assert.equal(tunnelNeed(facts({ tunnel_bytes: 1450 }), 1500).bytes, 1450);
  assert.equal(tunnelNeed(facts({}), 1450).bytes, 1450);
  assert.equal(tunnelNeed(undefined, 9000).bytes, 1500);
});

test('a pool is split around what is in use', () => {
  const pool = [{ start: '10.0.0.1', end: '10.0.1.0' }];
  assert.deepEqual(without(pool, ['10.0.0.255', '10.0.0.1', '10.0.1.0', '10.0.2.0']), [
    { start: '10.0.0.2', end: '10.0.0.254' },
  ]);
  assert.deepEqual(without([{ start: '10.0.0.1', end: '10.0.0.1' }], ['10.0.0.1']), []);
});
