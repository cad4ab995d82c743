import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { givenProbe } from './given.ts';

describe('what a request asks to be sent', () => {
  const taken: Record<string, unknown>[] = [
    { kind: 'dhcp' },
    { kind: 'dhcp', take: true, seconds: 2.5 },
    { kind: 'echo', target: '10.0.0.1', size: 1450 },
    { kind: 'tcp', target: '10.0.0.1', port: 22, minutes: 60 },
    { kind: 'http', target: '169.254.169.254', path: '/latest/meta-data/' },
    { kind: 'dns', target: '10.0.0.2', name: 'host-10-0-0-1.openstacklocal.' },
  ];
  for (const body of taken)
    test(JSON.stringify(body), () => {
      const { probe, minutes } = givenProbe(body);
      assert.deepEqual({ ...probe, ...(minutes === undefined ? {} : { minutes }) }, body);
    });

  const refused: [Record<string, unknown>, RegExp][] = [
    [{}, /kind must be one of dhcp, arp, echo, tcp, http, dns/],
    [{ kind: 'toString' }, /kind must be one of/],
    [{ kind: 'arp' }, /target of a probe of kind arp must be an IPv4 address/],
    [{ kind: 'arp', target: 'fe80::1' }, /must be an IPv4 address/],
    [{ kind: 'echo', target: '10.0.0.1', size: 20 }, /size .* must be a whole number from 28/],
    [{ kind: 'tcp', target: '10.0.0.1', port: '22' }, /port .* must be a whole number/],
    [{ kind: 'http', target: '10.0.0.1', path: 'x\r\nHost: y' }, /path .* begins with \//],
    [{ kind: 'dhcp', seconds: 3600 }, /seconds .* from 0 to 60/],
    [{ kind: 'dhcp', target: '10.0.0.1' }, /dhcp has no target; it has take, seconds, minutes/],
  ];
  for (const [body, words] of refused)
    test(`refused: ${JSON.stringify(body)}`, () => assert.throws(() => givenProbe(body), words));
});
