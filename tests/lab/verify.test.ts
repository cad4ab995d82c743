import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../../src/health/finding.ts';
import { createPublic } from '../../src/lab/cloud.ts';
import { embedded } from '../../src/lab/deployments/embedded.ts';
import { providerOnly } from '../../src/lab/deployments/providerOnly.ts';
import { neutron } from '../../src/lab/guests.ts';
import { runIn } from '../../src/lab/host.ts';
import { hostNamed, type Lab, operatorEnv } from '../../src/lab/lab.ts';
import { differencesThatStay, settledDataPlane } from '../../src/lab/settled.ts';
import { waitFor } from '../../src/lab/waitFor.ts';
import { withLab } from '../faults/support/withLab.ts';

interface Report {
  readonly result: string;
  readonly seconds: number;
  readonly lines: readonly { check: string; from: string; result: string; evidence: readonly string[] }[];
  readonly problems: readonly Finding[];
  readonly left: readonly string[];
}

const onController = (lab: Lab, words: readonly string[]) =>
  runIn(hostNamed(lab, 'controller'), words, { env: operatorEnv(lab), allowed: [0, 1, 130, 137] });

async function verify(lab: Lab, ...words: string[]): Promise<Report & { code: number }> {
  const { stdout, stderr, code } = await onController(lab, ['neutron', 'verify', '--json', ...words]);
  assert.match(stdout, /^\{/, stderr);
  return { ...(JSON.parse(stdout) as Report), code };
}

const failing = ({ lines }: Report) => lines.filter(({ result }) => result !== 'pass');

/** A lab whose agents have all reported, with the LAN as an external network. */
async function readyLab(lab: Lab, agents: number): Promise<void> {
  await waitFor(`${agents} agents`, async () => {
    const alive = (await neutron(lab, 'agent-list'))
      .split('\n')
      .filter((line) => line.includes(':-)')).length;
    if (alive !== agents) throw new Error(`${alive} alive`);
  });
  await createPublic(lab);
}

/** Objects of the API that verify makes, by kind. */
async function leftovers(lab: Lab): Promise<string[]> {
  const kinds = ['net', 'port', 'router', 'security-group'];
  const named = await Promise.all(
    kinds.map(async (kind) =>
      (await neutron(lab, `${kind}-list`, '--name', 'nts-verify', '-f', 'value', '-c', 'id')).trim(),
    ),
  );
  const floating = (await neutron(lab, 'floatingip-list', '-f', 'value', '-c', 'id')).trim();
  return [...named, floating].filter((ids) => ids !== '');
}

test('neutron verify on a lab with routers', async (t) => {
  await withLab('verify', embedded, async (lab) => {
    await readyLab(lab, 5);
    // The first port of the LAN on a host takes its card into a bridge, which stays, as with the first machine.
    await verify(lab);
    const before = await settledDataPlane(lab);
    const leavesNothing = async () => {
      assert.deepEqual(await leftovers(lab), []);
      assert.deepEqual(await differencesThatStay(lab, before), []);
    };

    await t.test('a healthy lab passes every test in less than 30 s, and nothing is left', async () => {
      const report = await verify(lab, '--outside', '203.0.113.1');
      assert.deepEqual([report.code, report.result, failing(report), report.problems], [0, 'pass', [], []]);
      const checks = new Set(report.lines.map(({ check }) => check));
      const expected = [
        'plugging in',
        'DHCP',
        'same network',
        'MTU 1450',
        'security group',
        'metadata',
        'across the router',
        'SNAT',
        'out of the cloud',
        'floating IP',
      ];
      assert.deepEqual([...checks], expected);
      assert.ok(report.seconds < 30, `it took ${report.seconds} s`);
      await leavesNothing();
    });

    await t.test('a packet that is lost fails its line, and only such lines, with a finding', async () => {
      const tunnel = ['INPUT', '-p', 'udp', '--dport', '8472', '-j', 'DROP'];
      await runIn(hostNamed(lab, 'compute'), ['iptables', '-I', ...tunnel]);
      try {
        const report = await verify(lab);
        assert.deepEqual([report.code, report.result], [1, 'fail']);
        const failed = report.lines.filter(({ result }) => result === 'fail').map(({ check }) => check);
        assert.ok(failed.includes('same network'), failed.join());
        assert.ok(!failed.includes('plugging in'), failed.join());
        assert.ok(report.problems.length > 0);
      } finally {
        await runIn(hostNamed(lab, 'compute'), ['iptables', '-D', ...tunnel]);
      }
      await leavesNothing();
    });

    await t.test('interrupted by Ctrl-C it removes what it made', async () => {
      const script = 'neutron verify & sleep 1.5; kill -INT $!; wait $!';
      const { code } = await onController(lab, ['bash', '-mc', script]);
      assert.equal(code, 130);
      await leavesNothing();
    });

    await t.test('what a killed one left is removed by the next', async () => {
      await onController(lab, ['bash', '-c', 'neutron verify & sleep 1.5; kill -KILL $!; wait $!']);
      assert.notDeepEqual(await leftovers(lab), []);
      assert.equal((await verify(lab, '--host', 'compute')).code, 0);
      await leavesNothing();
    });

    await t.test('--keep leaves everything for a look', async () => {
      await verify(lab, '--keep', '--host', 'compute');
      const { stdout } = await runIn(hostNamed(lab, 'compute'), ['ip', 'netns', 'list']);
      assert.match(stdout, /^qprobe-/m);
      await verify(lab, '--host', 'compute');
      await leavesNothing();
    });
  });
});

test('neutron verify where machines sit on the LAN itself, without routers', async () => {
  await withLab('verify', providerOnly, async (lab) => {
    await readyLab(lab, 4);
    const report = await verify(lab);
    // A failure tells all that verify said: a packet that is lost once in many runs is not seen a second time.
    const said = JSON.stringify([report.problems, failing(report)]);
    assert.deepEqual([report.code, report.result, report.problems], [0, 'pass', []], said);
    const untried = report.lines.filter(({ result }) => result === 'not checked');
    assert.deepEqual(
      untried.map(({ check }) => check),
      ['across the router', 'SNAT', 'out of the cloud', 'floating IP'],
      said,
    );
    for (const { evidence } of untried) assert.match(evidence.join(), /this server has no routers/);
    assert.ok(report.lines.some(({ check, result }) => check === 'metadata' && result === 'pass'));
    assert.equal(
      (await neutron(lab, 'port-list', '--name', 'nts-verify', '-f', 'value', '-c', 'id')).trim(),
      '',
    );
  });
});
