import assert from 'node:assert/strict';
import { it } from 'node:test';
import { DeviceOrder } from './deviceOrder.ts';

const rule = (way: 'in' | 'out', device: string, target: string) =>
  `-m physdev --physdev-${way} ${device} --physdev-is-bridged -m comment --comment "any" -j ${target}`;

it('devices keep the order that their rules have in the kernel, and new ones come after them by name', () => {
  const order = new DeviceOrder(/--physdev-out (\S+) --physdev-is-bridged .*-j ACCEPT$/);
  assert.deepEqual(order.sorted(['tapb', 'tapa']), ['tapa', 'tapb']);
  order.recover([
    rule('out', 'tapz', 'neutron-linuxbri-sg-chain'),
    rule('out', 'tapd', 'ACCEPT'),
    rule('in', 'tapd', 'ACCEPT'),
    rule('out', 'tapc', 'ACCEPT'),
  ]);
  assert.deepEqual(order.sorted(['tapb', 'tapa', 'tapc', 'tapd']), ['tapd', 'tapc', 'tapa', 'tapb']);
});
