import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseTransportUrl } from './url.ts';

describe('transport_url', () => {
  const cases: [string, ReturnType<typeof parseTransportUrl>][] = [
    [
      'rabbit://openstack:opst@controller:5672/',
      {
        scheme: 'rabbit',
        hosts: [{ host: 'controller', port: 5672, username: 'openstack', password: 'opst' }],
        virtualHost: '',
      },
    ],
    ['rabbit://', { scheme: 'rabbit', hosts: [], virtualHost: '' }],
    ['zmq:', { scheme: 'zmq', hosts: [], virtualHost: '' }],
    [
      'zmq://controller:9501?x=1',
      { scheme: 'zmq', hosts: [{ host: 'controller', port: 9501 }], virtualHost: '' },
    ],
    [
      'rabbit://a%40b:p%2Fw%3A@h1,c:d@[fd00::1]:5673/%2Fv?ssl=1',
      {
        scheme: 'rabbit',
        hosts: [
          { host: 'h1', username: 'a@b', password: 'p/w:' },
          { host: 'fd00::1', port: 5673, username: 'c', password: 'd' },
        ],
        virtualHost: '/v',
      },
    ],
    ['rabbit://u@h//', { scheme: 'rabbit', hosts: [{ host: 'h', username: 'u' }], virtualHost: '/' }],
  ];
  for (const [url, expected] of cases)
    it(url, () => {
      assert.deepEqual(parseTransportUrl(url), expected);
    });

  for (const url of ['//controller:5672/', 'rabbit://u:secret@h:x/', 'rabbit://u:secret@h:70000/'])
    it(`refuses ${url} without showing the password`, () => {
      assert.throws(
        () => parseTransportUrl(url),
        (error: Error) => /^transport_url/.test(error.message) && !/secret/.test(error.message),
      );
    });
});
