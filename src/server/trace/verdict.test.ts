import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Question, TracePort, TraceRule } from './facts.ts';
import { judge } from './verdict.ts';

const rule = (change: Partial<TraceRule>): TraceRule => ({
  id: '7b0c1d2e-aaaa',
  direction: 'ingress',
  ethertype: 'IPv4',
  protocol: null,
  min: null,
  max: null,
  remotePrefix: null,
  remote: null,
  ...change,
});

const port = (rules: readonly TraceRule[], change: object = {}): TracePort =>
  ({
    device_owner: 'compute:nova',
    port_security_enabled: true,
    groups: [{ id: 'g', name: 'default', rules }],
    ...change,
  }) as unknown as TracePort;

const PING: Question = { protocol: 'icmp', port: undefined };
const SSH: Question = { protocol: 'tcp', port: 22 };

const cases: readonly [string, Partial<TraceRule>, Question, string, boolean][] = [
  ['any protocol', {}, SSH, '10.0.0.1', true],
  ['another family', { ethertype: 'IPv6' }, SSH, '10.0.0.1', false],
  ['another direction', { direction: 'egress' }, SSH, '10.0.0.1', false],
  ['the port itself', { protocol: 'tcp', min: 22, max: 22 }, SSH, '10.0.0.1', true],
  ['a range around it', { protocol: '6', min: 1, max: 1024 }, SSH, '10.0.0.1', true],
  ['a range beside it', { protocol: 'tcp', min: 80, max: 8080 }, SSH, '10.0.0.1', false],
  ['another protocol', { protocol: 'udp' }, SSH, '10.0.0.1', false],
  ['a CIDR around the sender', { remotePrefix: '10.0.0.0/8' }, SSH, '10.0.0.1', true],
  ['a CIDR elsewhere', { remotePrefix: '10.1.0.0/16' }, SSH, '10.0.0.1', false],
  ['a group with the sender', { remote: { name: 'g', members: ['10.0.0.1'] } }, SSH, '10.0.0.1', true],
  ['a group without the sender', { remote: { name: 'g', members: [] } }, SSH, '10.0.0.1', false],
  ['all of ICMP', { protocol: 'icmp' }, PING, '10.0.0.1', true],
  ['echo requests', { protocol: '1', min: 8, max: 0 }, PING, '10.0.0.1', true],
  ['another type of ICMP', { protocol: 'icmp', min: 3 }, PING, '10.0.0.1', false],
  ['ICMP for IPv6, named so', { ethertype: 'IPv6', protocol: 'ipv6-icmp' }, PING, '2001:db8::1', true],
  ['ICMP for IPv6, named for IPv4', { ethertype: 'IPv6', protocol: 'icmp' }, PING, '2001:db8::1', true],
];

for (const [name, change, question, remote, allowed] of cases)
  test(`a rule for ${name} ${allowed ? 'lets it through' : 'does not fit'}`, () => {
    assert.equal(judge(port([rule(change)]), 'ingress', remote, question).allowed, allowed);
  });

test('the rule that decides is told', () => {
  const verdict = judge(
    port([rule({ protocol: 'tcp', min: 22, max: 22, remotePrefix: '10.0.0.0/8' })]),
    'ingress',
    '10.0.0.1',
    SSH,
  );
  assert.deepEqual(
    verdict.allowed && verdict.by,
    'rule 7b0c1d2e (ingress tcp 22 from 10.0.0.0/8) of group default',
  );
});

test('what is not filtered passes, and what has no group does not', () => {
  const allowed = (change: object) => judge(port([], change), 'ingress', '10.0.0.1', SSH).allowed;
  assert.equal(allowed({ port_security_enabled: false }), true);
  assert.equal(allowed({ device_owner: 'network:dhcp' }), true);
  assert.equal(allowed({ groups: [] }), false);
  assert.equal(judge(port([]), 'egress', '10.0.0.2', { protocol: 'udp', port: 67 }).allowed, true);
});
