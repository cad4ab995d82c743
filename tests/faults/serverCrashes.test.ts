import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildCloud, type Cloud, column } from '../../src/lab/cloud.ts';
import { type Daemon, kill9, startAgain } from '../../src/lab/daemons.ts';
import { embedded } from '../../src/lab/deployments/embedded.ts';
import { addGuest } from '../../src/lab/guests.ts';
import { entering, runIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { nodeProgram } from '../../src/lab/paths.ts';
import { pingFromGuest, pingFromHost } from '../../src/lab/traffic/pings.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { start } from '../../src/linux/process.ts';
import { tapName } from '../../src/net/names.ts';
import { withLab } from './support/withLab.ts';

const server: Daemon = { host: 'controller', name: 'neutron-server' };

/** Creates and deletes rules as fast as the API takes them until it is gone; a line for each answer. */
const STORM = `
const [group, first] = process.argv.slice(1);
const url = 'http://127.0.0.1:9696/v2.0/security-group-rules';
let [next, gone] = [Number(first), false];
const ask = (method, path, body) =>
  fetch(url + path, { method, body: body && JSON.stringify(body), headers: { 'content-type': 'application/json' } });
async function worker() {
  while (!gone) {
    const port = next++;
    try {
      const rule = { security_group_id: group, direction: 'ingress', protocol: 'tcp', port_range_min: port, port_range_max: port };
      const made = await ask('POST', '', { security_group_rule: rule });
      const { security_group_rule } = await made.json();
      console.log('created ' + port);
      if (port % 3 === 0) { await ask('DELETE', '/' + security_group_rule.id); console.log('deleted ' + port); }
    } catch { gone = true; }
  }
}
for (const _ of 'four') worker();`;

/** Runs the storm and kills the server at an answer; what the API had answered until then. */
async function killInStorm(lab: Lab, group: string, firstPort: number, answers: number): Promise<string[]> {
  const storm = start([
    ...entering(hostNamed(lab, 'controller')),
    ...[nodeProgram, '-e', STORM, group, String(firstPort)],
  ]);
  let said = '';
  const lines = () => said.split('\n').filter(Boolean);
  const [blown, ended] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  storm.stdout.on('data', (data) => {
    said += data;
    if (lines().length >= answers) blown.resolve();
  });
  storm.on('close', () => {
    ended.resolve();
    blown.resolve();
  });
  await blown.promise;
  await kill9(lab, server);
  await ended.promise;
  return lines();
}

/** Ports that the API says are open, and those that a guest's chain on its host opens. */
const openByApi = async (lab: Lab): Promise<string[]> =>
  (await column(lab, 'port_range_min', 'security-group-rule-list', '--protocol', 'tcp'))
    .split('\n')
    .filter(Boolean)
    .sort();

async function openInKernel({ vm1 }: Cloud): Promise<string[]> {
  const { stdout } = await runIn(vm1.host, ['iptables-save', '-t', 'filter']);
  const chain = `-A neutron-linuxbri-i${vm1.portId.slice(0, 10)} `;
  const lines = stdout.split('\n').filter((line) => line.startsWith(chain));
  return lines
    .flatMap((line) => /--dport (\d+)/.exec(line)?.[1] ?? [])
    .filter((port) => Number(port) >= 1000)
    .sort();
}

test('what neutron-server had committed when it was killed with -9 is in the data plane after its restart', async (t) => {
  await withLab('crash', embedded, async (lab) => {
    const cloud = await buildCloud(lab);
    const group = (await column(lab, 'security_groups', 'port-show', cloud.vm1.portId)).replace(
      /[^0-9a-f-]/g,
      '',
    );
    const pings = [
      pingFromGuest(cloud.vm1, cloud.vm2.address),
      pingFromGuest(cloud.vm1, '203.0.113.1'),
      pingFromHost(hostNamed(lab, 'outside'), cloud.floatingAddress),
    ];

    for (const [round, answers] of [10, 25, 40].entries()) {
      await t.test(`killed at answer ${answers} of a storm of changes`, async (it) => {
        const told = await killInStorm(lab, group, 1000 * (round + 1), answers);
        await startAgain(lab, server);
        const wanted = await openByApi(lab);
        it.diagnostic(`${told.length} changes answered, ${wanted.length} rules in the database`);
        const deleted = new Set(
          told.filter((line) => line.startsWith('deleted')).map((line) => line.slice(8)),
        );
        const created = told.filter((line) => line.startsWith('created')).map((line) => line.slice(8));
        assert.ok(created.length + deleted.size >= answers);
        for (const port of created) {
          if (Number(port) % 3 !== 0)
            assert.ok(wanted.includes(port), `the rule for ${port} was answered and is lost`);
        }
        for (const port of deleted) assert.ok(!wanted.includes(port), `the rule for ${port} is back`);
        await waitFor("the guest's chain to hold every rule and no other", async () =>
          assert.deepEqual(await openInKernel(cloud), wanted),
        );
      });
    }

    await t.test('a tap that left while the server was dead: its port goes DOWN', async () => {
      const guest = await addGuest(lab, { name: 'leaver', host: 'compute', network: 'private' });
      await kill9(lab, server);
      await runIn(guest.host, ['ip', 'link', 'del', tapName(guest.portId)]);
      await startAgain(lab, server);
      await waitFor('the port to go DOWN', async () =>
        assert.equal(await column(lab, 'status', 'port-show', guest.portId), 'DOWN'),
      );
    });

    for (const result of await Promise.all(pings.map((ping) => ping.stop()))) {
      t.diagnostic(`${result.what}: ${result.sent} sent`);
      assert.deepEqual(result.lost, [], `${result.what}, ${result.sent} sent`);
    }
  });
});
