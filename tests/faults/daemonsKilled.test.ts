import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  addFloatingIp,
  buildCloud,
  type Cloud,
  column,
  removeFloatingIp,
  removeGuest,
} from '../../src/lab/cloud.ts';
import { type Daemon, kill9, startAgain } from '../../src/lab/daemons.ts';
import { embedded } from '../../src/lab/deployments/embedded.ts';
import { addGuest, type Guest, insideGuest, neutron } from '../../src/lab/guests.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../src/lab/lab.ts';
import { nodeProgram } from '../../src/lab/paths.ts';
import { differencesThatStay, settledDataPlane } from '../../src/lab/settled.ts';
import { type Pinging, pingFromGuest, pingFromHost } from '../../src/lab/traffic/pings.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { withLab } from './support/withLab.ts';

/** A change made while a daemon is dead: resolves once it is in the data plane; its answer takes it back. */
type Change = (lab: Lab, cloud: Cloud) => Promise<() => Promise<void>>;

interface Fault {
  readonly daemon: Daemon;
  readonly change: Change;
  /** The change needs the daemon that is dead: it is made and taken back after the restart. */
  readonly changeAfterwards?: true;
}

const guestOn =
  (host: string): Change =>
  async (lab) => {
    const guest = await addGuest(lab, { name: `late-${host}`, host, network: 'private' });
    return () => removeGuest(lab, guest);
  };

const networkWithDhcp: Change = async (lab) => {
  await neutron(lab, 'net-create', 'late');
  await neutron(lab, 'subnet-create', 'late', '172.16.9.0/24', '--name', 'late');
  const namespace = `qdhcp-${await column(lab, 'id', 'net-show', 'late')}`;
  await waitFor(`dnsmasq in ${namespace}`, () =>
    runIn(hostNamed(lab, 'controller'), ['sh', '-c', `ip netns pids ${namespace} | grep -q .`]),
  );
  return async () => void (await neutron(lab, 'net-delete', 'late'));
};

const secondFloatingIp: Change = async (lab, { vm2 }) => {
  const address = await addFloatingIp(lab, vm2);
  return () => removeFloatingIp(lab, address);
};

const FETCH = `fetch('http://169.254.169.254/latest/meta-data/instance-id').then(async (r) => {
  console.log(await r.text());
  if (!r.ok) process.exit(1);
})`;

const metadataOf = async (guest: Guest) =>
  (await runIn(guest.host, insideGuest(guest.name, [nodeProgram, '-e', FETCH]))).stdout.trim();

const metadata: Change = async (_lab, { vm1 }) => {
  assert.equal(await waitFor('metadata', () => metadataOf(vm1)), vm1.instanceId);
  return async () => {};
};

const faults: readonly Fault[] = [
  { daemon: { host: 'compute', name: 'neutron-linuxbridge-agent' }, change: guestOn('compute') },
  { daemon: { host: 'controller', name: 'neutron-linuxbridge-agent' }, change: guestOn('controller') },
  { daemon: { host: 'controller', name: 'neutron-l3-agent' }, change: secondFloatingIp },
  { daemon: { host: 'controller', name: 'neutron-dhcp-agent' }, change: networkWithDhcp },
  { daemon: { host: 'controller', name: 'neutron-metadata-agent' }, change: metadata },
  {
    daemon: { host: 'controller', name: 'neutron-server' },
    change: guestOn('compute'),
    changeAfterwards: true,
  },
];

/** Kills a daemon, begins work while it is dead, and starts it again; resolves when the work is done. */
async function restarted<T>(lab: Lab, daemon: Daemon, work: () => Promise<T>): Promise<T> {
  await kill9(lab, daemon);
  const [outcome] = await Promise.all([work(), sleep(DEAD_MILLISECONDS).then(() => startAgain(lab, daemon))]);
  return outcome;
}

const startPings = (lab: Lab, { vm1, vm2, floatingAddress }: Cloud) => [
  pingFromGuest(vm1, vm2.address),
  pingFromGuest(vm1, '203.0.113.1'),
  pingFromGuest(vm2, '203.0.113.1'),
  pingFromHost(hostNamed(lab, 'outside'), floatingAddress),
];

/** Ends pings, tells how many requests were sent, and wants an answer to each. */
async function nothingLost(it: TestContext, pings: readonly Pinging[]): Promise<void> {
  const results = await Promise.all(pings.map((ping) => ping.stop()));
  it.diagnostic(results.map(({ what, sent }) => `${what}: ${sent} sent`).join('; '));
  for (const { what, sent, lost } of results) assert.deepEqual(lost, [], `${what}, ${sent} sent`);
}

/** Long enough for a client to say to the server what it wants. */
const DEAD_MILLISECONDS = 1000;
/** After a restart the Linux bridge agent sweeps what no message named for 10 s. */
const SWEPT_MILLISECONDS = 12_000;

test('every daemon can be killed with -9 and started again under traffic', async (t) => {
  await withLab('killed', embedded, async (lab) => {
    const cloud = await buildCloud(lab);
    const before = await settledDataPlane(lab);
    for (const { daemon, change, changeAfterwards } of faults) {
      await t.test(`${daemon.name} on ${daemon.host}`, async (it) => {
        const pings = startPings(lab, cloud);
        if (changeAfterwards) {
          await restarted(lab, daemon, async () => {});
          await (await change(lab, cloud))();
        } else {
          const takeBack = await restarted(lab, daemon, () => change(lab, cloud));
          await restarted(lab, daemon, takeBack);
        }
        assert.deepEqual(await differencesThatStay(lab, before), []);
        await nothingLost(it, pings);
      });
    }

    await t.test('what is swept after a restart was not needed', async (it) => {
      const pings = startPings(lab, cloud);
      await sleep(SWEPT_MILLISECONDS);
      assert.deepEqual(await differencesThatStay(lab, before), []);
      await nothingLost(it, pings);
    });
  });
});
