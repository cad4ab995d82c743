import assert from 'node:assert/strict';
import { test } from 'node:test';
import { connectionOptions } from './link.ts';
import { rabbitDefaults } from './settings.ts';

test('a broker that is back is found within ten seconds, or as soon as rabbit_interval_max says', () => {
  const longest = (settings: Partial<typeof rabbitDefaults>) =>
    connectionOptions({ ...rabbitDefaults, hosts: [{ host: '127.0.0.1', port: 5672 }], ...settings })
      .retryHigh;
  for (const [retryIntervalMax, milliseconds] of [
    [30, 10_000],
    [600, 10_000],
    [10, 10_000],
    [1, 1000],
  ] as const)
    assert.equal(longest({ retryIntervalMax }), milliseconds, `rabbit_interval_max = ${retryIntervalMax}`);
});
