import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { runningHosts } from '../../src/lab/host.ts';
import { command } from '../../src/lab/paths.ts';
import { run } from '../../src/linux/process.ts';

/** Inherited by everything that a lab starts: by it the test finds what is left, whatever it is called. */
const MARK = 'NEUTRON_LAB_HYGIENE';

const processesMarked = (mark: string): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${MARK}=${mark}`);
      } catch {
        return false; // ended meanwhile
      }
    });

/** Namespaces that processes are in, e.g. 'net:[4026532000]'. */
const namespacesOf = (pids: readonly string[]): Set<string> =>
  new Set(
    pids.flatMap((pid) =>
      ['net', 'mnt', 'pid', 'uts', 'ipc'].flatMap((kind) => {
        try {
          return [readlinkSync(`/proc/${pid}/ns/${kind}`)];
        } catch {
          return [];
        }
      }),
    ),
  );

/** Every process that still holds something: not those that ended and that process 1 has not waited for yet. */
const livingPids = () =>
  readdirSync('/proc').filter((entry) => {
    try {
      return /^\d+$/.test(entry) && !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${entry}/status`, 'utf8'));
    } catch {
      return false; // ended meanwhile
    }
  });

const outputOf = async (...words: string[]): Promise<string> =>
  run(words).then(
    ({ stdout }) => stdout.replace(/^#.*\n/gm, '').replace(/\[\d+:\d+\]/g, ''),
    (error: Error) => error.message,
  );

/** What the machine itself has, which no lab may touch. */
async function rootState() {
  return {
    links: await outputOf('ip', '-o', 'link'),
    addresses: (await outputOf('ip', '-o', 'address')).replaceAll(/(valid|preferred)_lft \S+/g, ''),
    routes: await outputOf('ip', 'route'),
    namespaces: await outputOf('ip', 'netns'),
    filters: existsSync('/usr/sbin/iptables-save') ? await outputOf('iptables-save') : 'no iptables',
    mounts: readFileSync('/proc/self/mountinfo', 'utf8'),
    files: ['/etc/neutron', '/var/lib/neutron', '/var/log/neutron'].filter((path) => existsSync(path)),
  };
}

/** When a lab is as far as a test wants it: by what `neutron-lab up` said so far, or by the hosts that run. */
type Moment = (said: string, lab: string) => boolean;

/** Runs `neutron-lab up` and kills it with -9 at a moment. */
async function upKilledAt(lab: string, mark: string, moment: Moment): Promise<void> {
  const up = spawn(command('neutron-lab'), ['up', '--name', lab], {
    env: { ...process.env, [MARK]: mark },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<void>((resolve) => up.on('exit', () => resolve()));
  let said = '';
  up.stderr.on('data', (data) => {
    said += data;
  });
  const watching = setInterval(() => {
    if (moment(said, lab)) up.kill('SIGKILL');
  }, 2);
  await ended;
  clearInterval(watching);
  up.stderr.destroy(); // daemons of the half built lab may hold its other end
  assert.equal(up.signalCode, 'SIGKILL', `neutron-lab up ended before it was killed; it said: ${said}`);
}

const down = (lab: string) => run([command('neutron-lab'), 'down', '--name', lab]);

const saying =
  (pattern: RegExp): Moment =>
  (said) =>
    pattern.test(said);

const moments: Readonly<Record<string, Moment>> = {
  'while it makes hosts': (_said, lab) => runningHosts(lab).length === 2,
  'while it writes files': saying(/neutron-rpc-keys/),
  'while the server starts': saying(/starts neutron-server/),
  'while the agents start': saying(/starts neutron-l3-agent/),
};

for (const [when, moment] of Object.entries(moments)) {
  test(`neutron-lab up killed with -9 ${when}: down leaves nothing`, async () => {
    const lab = `hygiene-${randomUUID().slice(0, 8)}`;
    const mark = randomUUID();
    const before = await rootState();
    const own = namespacesOf(['self']);
    try {
      await upKilledAt(lab, mark, moment);
      await sleep(200); // what was being started is there now
      const made = namespacesOf(processesMarked(mark)).difference(own);
      assert.ok(made.size > 0, 'the lab was not half built');

      const { stderr } = await down(lab);
      assert.match(stderr, /[1-9]\d* hosts ended/);

      assert.deepEqual(processesMarked(mark), []);
      assert.deepEqual(runningHosts(lab), []);
      assert.deepEqual([...namespacesOf(livingPids()).intersection(made)], []);
      assert.deepEqual(await rootState(), before);
    } finally {
      await down(lab);
    }
  });
}
