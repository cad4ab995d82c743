import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faults, type Row, rowLines, totalLines } from './timeline.ts';
import { inPlainWords } from './touched.ts';

test('what was touched is grouped by host and kind, and what is the same again is told apart from what is gone', () => {
  const touches = inPlainWords(
    [
      '- compute host ipset: create NIPv4a hash:net family inet hashsize 1024 initval 0x44d7a1a7',
      '+ compute host ipset: create NIPv4a hash:net family inet hashsize 1024 initval 0xcbbe1942',
      '- controller processes: 12 dnsmasq --no-hosts --pid-file=/a',
      '- controller processes: 13 /usr/sbin/dnsmasq --no-hosts --pid-file=/b',
      '- controller processes: 14 haproxy -f /p/11111111-2222-3333-4444-555555555555.conf',
      '+ controller processes: 22 dnsmasq --no-hosts --pid-file=/a',
      '+ controller processes: 23 dnsmasq --no-hosts --pid-file=/b',
      '- compute host forwarding: fa:16:3e:00:00:01 dev vxlan-1 dst 192.0.2.1 self permanent',
      '+ controller qrouter-1 iptables: -A neutron-l3-agent-scope -i qr-1 -j DROP',
      '+ controller host iptables: -A FORWARD -j DROP',
      '  compute host forwarding: 2 lines before, 1 after',
    ],
    [],
    new Set(['11111111-2222-3333-4444-555555555555']),
  );
  assert.deepEqual(
    touches.map(({ text }) => text),
    [
      '1 address set on compute written anew with the same content',
      '2 dnsmasq on controller started again',
      '1 haproxy on controller ended',
      '1 forwarding entry on compute removed',
      '1 firewall rule on controller added',
      '1 firewall rule on controller added',
    ],
  );
  assert.deepEqual(
    touches.map(({ daemon }) => daemon.replace(/neutron-(.*)-agent/, '$1')),
    ['linuxbridge', 'dhcp', 'l3', 'linuxbridge', 'l3', 'linuxbridge'],
  );
});

test('what flickered is told with its device and the longest time', () => {
  const entry = (mac: string, milliseconds: number) => ({
    host: 'compute',
    kind: 'forwarding' as const,
    object: `${mac} dev vxlan-65537 dst 192.0.2.1 self permanent`,
    how: 'away' as const,
    milliseconds,
  });
  assert.deepEqual(
    inPlainWords(
      [],
      [
        entry('fa:16:3e:00:00:01', 3),
        entry('fa:16:3e:00:00:02', 430),
        { host: 'compute', kind: 'links', object: 'vxlan-2', how: 'passing', milliseconds: 20 },
      ],
    ).map(({ text }) => text),
    [
      '2 forwarding entries of vxlan-65537 on compute away for 0.4 s',
      'network device vxlan-2 on compute made and removed again after less than 0.1 s',
    ],
  );
});

const row: Row = {
  step: 'neutron-l3-agent on controller → ours',
  kind: 'swap',
  result: 'pass',
  seconds: 5.23,
  lost: { 'vm1 → vm2': 0 },
  touched: [],
  raw: ['raw'],
  evidence: '',
};
const traffic = { pings: [{ what: 'vm1 → vm2', sent: 100, lost: 0 }], stream: 'echoed 500' };

test('a road without loss says so; a packet lost, a failed step, a broken stream and a touch by ours are faults', () => {
  assert.deepEqual(faults([row], traffic), []);
  assert.match(totalLines([row], traffic).at(-1)!, /^Nothing was lost/);
  const bad = (change: Partial<Row>) => faults([{ ...row, ...change }], traffic);
  const touched = (by: 'ours' | 'Python') => [{ text: '1 route on compute removed', by, renewed: false }];
  assert.equal(bad({ touched: touched('ours') }).length, 1);
  assert.equal(bad({ touched: touched('Python') }).length, 0);
  const renewed = touched('Python').map((one) => ({ ...one, renewed: true }));
  assert.equal(bad({ touched: renewed, kind: 'change' }).length, 0, 'Python made it anew');
  const mended = touched('ours').map((one) => ({ ...one, mended: true }));
  assert.equal(bad({ touched: mended }).length, 0, 'put back what had got lost');
  assert.equal(bad({ touched: touched('Python'), kind: 'change' }).length, 1, 'left behind');
  assert.equal(bad({ result: 'fail', evidence: 'why' }).length, 1);
  assert.equal(faults([row], { ...traffic, stream: 'broken: closed' }).length, 1);
  assert.equal(faults([row], { ...traffic, pings: [{ what: 'a', sent: 9, lost: 1 }] }).length, 1);
});

test('a row says what was touched and by whom; the raw lines only when asked', () => {
  const python = {
    ...row,
    touched: [{ text: '2 dnsmasq on controller started again', by: 'Python' as const, renewed: true }],
  };
  const text = rowLines(python, 7, false).join('\n');
  assert.match(text, /2 dnsmasq on controller started again \(by Python\)/);
  assert.doesNotMatch(text, /raw/);
  assert.match(rowLines(python, 7, true).join('\n'), /raw/);
  assert.match(rowLines(row, 7, false).join('\n'), /kernel: nothing/);
});
