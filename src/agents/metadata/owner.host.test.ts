import assert from 'node:assert/strict';
import { chownSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { replaceFile } from '../../linux/atomicFile.ts';
import { ownerOf } from '../../linux/owner.ts';
import { openFile } from '../../log/destination.ts';
import { serveOnSocket } from './socket.ts';

/** Any user who is not root; it need not have a name. */
const NEUTRON = { uid: 4242, gid: 4343 };

const at = (...names: string[]) => join(state, ...names);
const ownerAt = (...names: string[]) => {
  const { uid, gid } = statSync(at(...names));
  return { uid, gid };
};

let state = '';
before(() => {
  state = mkdtempSync('/run/neutron-owner-');
  chownSync(state, NEUTRON.uid, NEUTRON.gid);
});
after(() => rmSync(state, { recursive: true }));

test('what root writes belongs to whom the folder belongs, folders made on the way too', () => {
  replaceFile(at('dhcp', 'network', 'host'), 'x');
  for (const path of [['dhcp'], ['dhcp', 'network'], ['dhcp', 'network', 'host']])
    assert.deepEqual(ownerAt(...path), NEUTRON, path.join('/'));
});

test('a file that is replaced is given back', () => {
  replaceFile(at('opts'), 'one');
  chownSync(at('opts'), 0, 0);
  replaceFile(at('opts'), 'two');
  assert.deepEqual(ownerAt('opts'), NEUTRON);
});

test('in a folder of root’s everything stays root’s', () => {
  mkdirSync(at('root'));
  replaceFile(at('root', 'file'), 'x');
  assert.deepEqual(ownerAt('root', 'file'), { uid: 0, gid: 0 });
  assert.equal(ownerOf(at('root')).uid, 0);
});

test('whom a folder will belong to is known before it is made', () => {
  assert.deepEqual(ownerOf(at('ns-metadata-proxy', 'deep')), NEUTRON);
});

test('the socket for metadata and a log belong to them as well', async () => {
  const server = await serveOnSocket(() => {}, { path: at('metadata_proxy'), mode: 0o644, backlog: 1 });
  assert.deepEqual(ownerAt('metadata_proxy'), NEUTRON);
  await server.close();
  const log = openFile(at('log', 'agent.log'));
  log.write('x\n');
  log.close();
  assert.deepEqual(ownerAt('log', 'agent.log'), NEUTRON);
});
