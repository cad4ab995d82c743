import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flickers, type KernelEvent, parseEvent } from './events.ts';

const event = (at: number, kind: KernelEvent['kind'], object: string, gone = false): KernelEvent => ({
  at,
  host: 'compute',
  kind,
  object,
  gone,
});

test('lines of ip monitor and of bridge monitor name an object, and whether it is gone', () => {
  assert.deepEqual(parseEvent('Deleted fa:16:3e:00:00:01 dev vxlan-1 dst 192.0.2.1 self permanent'), {
    kind: 'forwarding',
    gone: true,
    object: 'fa:16:3e:00:00:01 dev vxlan-1 dst 192.0.2.1 self permanent',
  });
  assert.deepEqual(parseEvent('[nsid current]7: vxlan-1: <BROADCAST,MULTICAST> mtu 1450 state DOWN'), {
    kind: 'links',
    gone: false,
    object: 'vxlan-1',
  });
  assert.deepEqual(
    parseEvent('[nsid 3]Deleted 2: qr-1    inet 172.16.1.1/24 brd 172.16.1.255 scope global qr-1'),
    {
      kind: 'addresses',
      gone: true,
      object: '172.16.1.1/24 dev qr-1 in namespace 3',
    },
  );
  assert.equal(parseEvent('fa:16:3e:00:00:01 dev tap1 master brq1'), undefined, 'learnt from traffic');
  assert.equal(parseEvent('Timestamp: Fri Nov 27 11:43:44 2026 106824 usec'), undefined);
});

test('what was away and is back flickered; what is only written again, or gone for good, did not', () => {
  const entry = 'fa:16:3e:00:00:01 dev vxlan-1 dst 192.0.2.1 self permanent';
  assert.deepEqual(
    flickers([
      event(1000, 'forwarding', entry, true),
      event(1400, 'forwarding', entry),
      event(1000, 'forwarding', `${entry} 2`),
      event(1000, 'forwarding', `${entry} 3`, true),
    ]),
    [{ host: 'compute', kind: 'forwarding', object: entry, how: 'away', milliseconds: 400 }],
  );
});

test('a device made for a moment is told of once, with all that hung on it', () => {
  assert.deepEqual(
    flickers([
      event(1000, 'links', 'vxlan-2'),
      event(1010, 'forwarding', '00:00:00:00:00:00 dev vxlan-2 dst 1.1.1.1 self permanent'),
      event(1020, 'forwarding', '00:00:00:00:00:00 dev vxlan-2 dst 1.1.1.1 self permanent', true),
      event(1050, 'links', 'vxlan-2', true),
    ]),
    [{ host: 'compute', kind: 'links', object: 'vxlan-2', how: 'passing', milliseconds: 50 }],
  );
});
