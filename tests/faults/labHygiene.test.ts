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

/** A process that lives, told from a later one with the same number by when it began. */
interface Living {
  pid: string;
  /** Clock ticks since boot: field 22 of proc(5) stat. */
  began: string;
  command: string;
}

/** Every process that still holds something: not those that ended and that process 1 has not waited for yet. */
const living = (): Living[] =>
  readdirSync('/proc').flatMap((pid) => {
    try {
      if (!/^\d+$/.test(pid)) return [];
      const [state = '', ...rest] = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /s, '')
        .split(' ');
      if (state === 'Z' || state === 'X') return [];
      return [
        {
          pid,
          began: rest[18] ?? '',
          command: readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' '),
        },
      ];
    } catch {
      return []; // ended meanwhile
    }
  });

/**
 * The processes in some namespaces. They are asked for before a lab ends, not after: the kernel gives the number of a
 * namespace that has gone to the next one that is made, whoever makes it.
 */
const livingIn = (namespaces: ReadonlySet<string>): Living[] =>
  living().filter(({ pid }) => !namespacesOf([pid]).isDisjointFrom(namespaces));

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
      const members = livingIn(made);

      const { stderr } = await down(lab);
      assert.match(stderr, /[1-9]\d* hosts ended/);

      assert.deepEqual(processesMarked(mark), []);
      assert.deepEqual(runningHosts(lab), []);
      const left = living().filter(({ pid, began }) =>
        members.some((member) => member.pid === pid && member.began === began),
      );
      assert.deepEqual(left, []);
      assert.deepEqual(await rootState(), before);
    } finally {
      await down(lab);
    }
  });
}
