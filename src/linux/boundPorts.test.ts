import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { holdersOf, listPorts, readPorts } from './boundPorts.ts';
import { descriptorsOf, listProcesses } from './processes.ts';

test('the kernel tells who listens: addresses and ports', () => {
  const text = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 4251A8C0:251D 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3093620 1 0 100 0 0 10 0
   1: 00000000:2246 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 3093175 1 0 100 0 0 10 0
   2: 4151A8C0:E08C 4251A8C0:251D 01 00000000:00000000 00:00000000 00000000     0        0 3094025 1 0 20 4 30 137 -1
`;
  assert.deepEqual(readPorts('tcp', text), [
    { protocol: 'tcp', port: 9501, address: '192.168.81.66', inode: 3093620 },
    { protocol: 'tcp', port: 8774, address: 'any', inode: 3093175 },
  ]);
});

test('a port leads to the process that holds it, and that to its command line and open files', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const bound = listPorts().find((one) => one.port === port && one.protocol === 'tcp')!;
  const processes = listProcesses();
  const pids = processes.map(({ pid }) => pid);
  assert.equal(bound.address, '127.0.0.1');
  assert.deepEqual(holdersOf(bound.inode, pids), [process.pid]);
  const own = processes.find(({ pid }) => pid === process.pid)!;
  assert.equal(own.parent, process.ppid);
  assert.ok(own.words.some((word) => word.endsWith('boundPorts.test.ts')));
  assert.ok(Math.abs(own.started - (Date.now() - process.uptime() * 1000)) < 5000);
  const { open, limit } = descriptorsOf(process.pid)!;
  assert.ok(open > 3 && open < limit);
  server.close();
});
