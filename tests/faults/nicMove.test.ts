import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { waitFor, waitForPort } from '../../src/lab/deployments/processes.ts';
import { providerOnly } from '../../src/lab/deployments/providerOnly.ts';
import { addGuest, neutron } from '../../src/lab/guests.ts';
import { entering, type RunningHost, runIn, startIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { nodeProgram } from '../../src/lab/paths.ts';
import { bridgeName } from '../../src/net/names.ts';
import { column, createPublic, removeGuest } from './support/cloud.ts';
import { withLab } from './support/withLab.ts';

const ECHO =
  "require('net').createServer((socket) => socket.on('error', () => {}).pipe(socket)).listen(7007)";

/** Sends a number every 20 ms over one connection; says how many came back, in order, once its input ends. */
const TALKER = `
const socket = require('net').connect(7007, process.argv[1]);
let [sent, next, text] = [0, 0, ''];
const fail = (why) => { console.log('broken: ' + why); process.exit(1); };
socket.setNoDelay(true).on('error', fail).on('close', () => fail('closed')).on('data', (data) => {
  const lines = (text + data).split('\\n');
  text = lines.pop();
  for (const line of lines) if (Number(line) !== next++) fail('out of order: ' + line);
});
const timer = setInterval(() => socket.write(sent++ + '\\n'), 20);
process.stdin.resume().on('end', () => {
  clearInterval(timer);
  setInterval(() => { if (next === sent) { console.log('echoed ' + sent); process.exit(0); } }, 20);
  setTimeout(() => fail(next + ' of ' + sent + ' echoed'), 10000);
});`;

/** Keeps one TCP connection busy until ended; its answer is what the talker says of it. */
function talk(from: RunningHost, address: string): () => Promise<string> {
  const [program, ...args] = [...entering(from), nodeProgram, '-e', TALKER, address];
  const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (data) => {
    said += data;
  });
  child.stderr.on('data', (data) => {
    said += data;
  });
  const closed = new Promise<void>((resolve) => child.on('close', () => resolve()));
  return async () => {
    child.stdin.end();
    await closed;
    return said.trim();
  };
}

/** Waits until a host's own address and its default route are on a device, and on no other. */
const waitForAddressOn = (lab: Lab, hostName: string, device: string, address: string) =>
  waitFor(`${address} of ${hostName} to be on ${device}`, async () => {
    const host = hostNamed(lab, hostName);
    const addresses = (await runIn(host, ['ip', '-4', '-o', 'address', 'show', 'to', address])).stdout;
    assert.deepEqual(
      addresses
        .trim()
        .split('\n')
        .map((line) => line.split(/ +/)[1]),
      [device],
    );
    const route = (await runIn(host, ['ip', 'route', 'show', 'default'])).stdout;
    assert.match(route, new RegExp(`^default via 192\\.168\\.81\\.254 dev ${device} *\n$`));
  });

test("connections survive while the host's only NIC goes into a bridge and comes out again", async (t) => {
  await withLab('nic', providerOnly, async (lab) => {
    const [outside, compute, controller] = ['outside', 'compute', 'controller'].map((name) =>
      hostNamed(lab, name),
    );
    await startIn(outside!, [nodeProgram, '-e', ECHO], '/var/log/echo.out');
    await waitForPort(outside!, 7007);
    const hosts = [
      { name: 'compute', host: compute!, address: '192.168.81.65' },
      { name: 'controller', host: controller!, address: '192.168.81.66' },
    ];
    const talks = hosts.map(({ host }) => talk(host, '192.168.81.254'));

    for (const round of [1, 2, 3]) {
      await createPublic(lab);
      const bridge = bridgeName(await column(lab, 'id', 'net-show', 'public'));
      const guest = await addGuest(lab, { name: `vm${round}`, host: 'compute', network: 'public' });
      for (const { name, address } of hosts) await waitForAddressOn(lab, name, bridge, address);
      await removeGuest(lab, guest);
      await neutron(lab, 'net-delete', 'public');
      for (const { name, address } of hosts) await waitForAddressOn(lab, name, 'eno1', address);
    }

    for (const end of talks) {
      const said = await end();
      t.diagnostic(said);
      assert.match(said, /^echoed [1-9]\d+$/);
    }
  });
});
