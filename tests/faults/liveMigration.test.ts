import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { embedded } from '../../src/lab/deployments/embedded.ts';
import { addGuest, neutron } from '../../src/lab/guests.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { nodeProgram } from '../../src/lab/paths.ts';
import { pingFromGuest } from '../../src/lab/traffic/pings.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { tapName } from '../../src/net/names.ts';
import { type MovingPort, plugPaused, setGuest } from './support/movingGuest.ts';
import { withLab } from './support/withLab.ts';

/** Sends one request on the control host; prints the answer's body and fails with it above status 299. */
const REQUEST = `
const [method, path, body] = process.argv.slice(1);
const headers = { 'content-type': 'application/json' };
fetch('http://127.0.0.1:9696/v2.0' + path, { method, headers, ...(body ? { body } : {}) }).then(async (reply) => {
  console.log(await reply.text());
  process.exitCode = reply.status < 300 ? 0 : 1;
});`;

async function request(lab: Lab, method: string, path: string, body?: object): Promise<string> {
  const words = [nodeProgram, '-e', REQUEST, method, path, ...(body ? [JSON.stringify(body)] : [])];
  return (await runIn(hostNamed(lab, 'controller'), words)).stdout;
}

interface Port extends MovingPort {
  readonly 'binding:host_id': string;
  readonly status: string;
}

/** Runs of consecutive numbers, as their lengths. */
const gaps = (lost: readonly number[]): number[] => {
  const lengths: number[] = [];
  lost.forEach((number, at) => {
    if (at > 0 && lost[at - 1] === number - 1) lengths[lengths.length - 1]! += 1;
    else lengths.push(1);
  });
  return lengths;
};

test('a ping survives the live migration of a port to another host, and back', async (t) => {
  await withLab('migration', embedded, async (lab) => {
    await neutron(lab, 'net-create', 'private');
    await neutron(lab, 'subnet-create', 'private', '172.16.1.0/24');
    const stays = await addGuest(lab, { name: 'stays', host: 'controller', network: 'private' });
    const moves = await addGuest(lab, { name: 'moves', host: 'compute', network: 'private' });
    const path = `/ports/${moves.portId}`;
    const port = async () => (JSON.parse(await request(lab, 'GET', path)) as { port: Port }).port;
    const ping = pingFromGuest(stays, moves.address);
    await sleep(500);

    for (const [from, to] of [
      ['compute', 'controller'],
      ['controller', 'compute'],
    ] as const) {
      const [source, target] = [hostNamed(lab, from), hostNamed(lab, to)];
      const [left, entered] = [from, to].map((host) => (host === 'compute' ? 'moves' : 'moves-here'));
      const made = await request(lab, 'POST', `${path}/bindings`, { binding: { host: to } });
      assert.match(made, /"vif_type":"bridge"/);
      await plugPaused(target, entered!, await port(), moves.address);
      // The agent there finds the tap, and is told that its port is still elsewhere.
      await sleep(1000);
      const before = await port();
      assert.deepEqual([before['binding:host_id'], before.status], [from, 'ACTIVE']);

      await setGuest(source, left!, 'down');
      await setGuest(target, entered!, 'up');
      await request(lab, 'PUT', `${path}/bindings/${to}/activate`);
      await waitFor(`the port to be ACTIVE on ${to}`, async () => {
        const now = await port();
        assert.deepEqual([now['binding:host_id'], now.status], [to, 'ACTIVE']);
      });
      const tap = tapName(moves.portId);
      const old = await runIn(source, ['ip', '-o', 'link', 'show', tap]);
      assert.doesNotMatch(
        old.stdout,
        / master /,
        'the host that was left has taken the tap out of its bridge',
      );
      await runIn(source, ['ip', 'netns', 'del', left!]);
      await request(lab, 'DELETE', `${path}/bindings/${from}`);
      await sleep(1000);
      assert.equal((await port()).status, 'ACTIVE');
    }

    const { sent, lost } = await ping.stop();
    t.diagnostic(`${sent} pings, lost in a row: ${gaps(lost).join(' and ')}`);
    assert.ok(gaps(lost).length <= 2, `lost ${lost}`);
    assert.ok(Math.max(0, ...gaps(lost)) < 60, `lost ${lost}`);
  });
});
