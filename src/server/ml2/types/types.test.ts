import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf } from '../../../config/load.ts';
import { recordingLog } from '../../../testing/recordingLog.ts';
import { loadNetworkTypes } from './index.ts';

const warnings = (text: string): string[] => {
  const log = recordingLog();
  loadNetworkTypes(configOf(text), log);
  return log.lines('warning');
};

test('a type driver that is asked for and not here is warned of', () => {
  const [first, ...more] = warnings('[ml2]\ntype_drivers = flat,vxlan,gre\n');
  assert.match(first!, /no driver gre.*Available: local, flat, vlan, vxlan/);
  assert.deepEqual(more, []);
});

test('the default list, which nobody asked for, is no reason to warn', () => {
  assert.deepEqual(warnings(''), []);
});
