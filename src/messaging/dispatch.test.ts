import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dispatch, versionIsCompatible } from './dispatch.ts';
import { Duplicates } from './duplicates.ts';
import type { Endpoint } from './transport.ts';

describe('versions', () => {
  const cases: [offered: string, requested: string, compatible: boolean][] = [
    ['1.9', '1.9', true],
    ['1.9', '1.0', true],
    ['1.9', '1.10', false],
    ['1.10', '1.9', true],
    ['1.0', '2.0', false],
    ['2.0', '1.0', false],
    ['1', '1.0', true],
    ['1.0', '1', true],
  ];
  for (const [offered, requested, compatible] of cases)
    it(`an endpoint of ${offered} ${compatible ? 'serves' : 'does not serve'} ${requested}`, () => {
      assert.equal(versionIsCompatible(offered, requested), compatible);
    });
});

describe('dispatch', () => {
  const endpoints: Endpoint[] = [
    { version: '1.0', methods: { get_ports: async () => 'metadata' } },
    { version: '1.10', methods: { get_ports: async () => 'newer', get_networks: async () => undefined } },
    { version: '1.0', namespace: 'trunk', methods: { update_trunk_status: async () => 'trunk' } },
  ];
  const request = (method: string, version: string, namespace?: string) => ({
    method,
    version,
    args: {},
    context: {},
    ...(namespace === undefined ? {} : { namespace }),
  });

  const results: [string, ReturnType<typeof request>, unknown][] = [
    ['the first that has the method', request('get_ports', '1.0'), 'metadata'],
    ['the one of a sufficient version', request('get_ports', '1.2'), 'newer'],
    ['one behind others that lack the method', request('get_networks', '1.0'), null],
    ['the one of the namespace', request('update_trunk_status', '1.0', 'trunk'), 'trunk'],
  ];
  for (const [what, given, expected] of results)
    it(`takes ${what}`, async () => {
      assert.equal(await dispatch(endpoints, given), expected);
    });

  const errors: [string, ReturnType<typeof request>, string][] = [
    ['no endpoint has the method', request('nope', '1.0'), 'NoSuchMethod'],
    ['the method is in another namespace', request('update_trunk_status', '1.0'), 'NoSuchMethod'],
    ['the version is too new', request('get_ports', '1.11'), 'UnsupportedVersion'],
    ['the major version differs', request('get_ports', '2.0'), 'UnsupportedVersion'],
    ['the namespace is unknown', request('get_ports', '1.0', 'x'), 'UnsupportedVersion'],
    ['the method is a property of every object', request('toString', '1.0'), 'NoSuchMethod'],
  ];
  for (const [what, given, name] of errors)
    it(`rejects with ${name} when ${what}`, async () => {
      await assert.rejects(dispatch(endpoints, given), { name, module: 'oslo_messaging.rpc.dispatcher' });
    });
});

describe('duplicates', () => {
  it('the last ids are known, older ones and messages without one are not', () => {
    const duplicates = new Duplicates(2);
    const seen = ['a', 'a', 'b', 'c', 'a', undefined, undefined].map((id) => duplicates.isRepeated(id));
    assert.deepEqual(seen, [false, true, false, false, false, false, false]);
  });
});
