import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { CheckResult } from '../../src/lab/quickstart/check.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Runs ./quickstart with --check --json; its standard output is the checks and nothing else. */
function quickstart(
  ...options: string[]
): Promise<{ code: number | null; checks: CheckResult[]; told: string }> {
  const child = spawn(join(root, 'quickstart'), [...options, '--check', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, told] = ['', ''];
  child.stdout.on('data', (data) => {
    out += data;
  });
  child.stderr.on('data', (data) => {
    told += data;
  });
  return new Promise((resolve, reject) => {
    child.on('close', (code) => {
      try {
        resolve({ code, checks: JSON.parse(out) as CheckResult[], told });
      } catch {
        reject(new Error(`exit code ${code}, no JSON on standard output: ${out}\n${told.slice(-6000)}`));
      }
    });
  });
}

// One after the other: each is a cloud of its own, and the machine may have two cores.
for (const options of [[], ['--provider-only'], ['--full']]) {
  test(`the guide works: ./quickstart ${[...options, '--check'].join(' ')}`, async () => {
    const { code, checks, told } = await quickstart(...options);
    const wrong = checks.filter(({ result }) => result !== 'pass');
    const why = wrong.map(({ name, result, evidence }) => `${name}: ${result}: ${evidence}`).join('\n');
    assert.deepEqual(wrong, [], `${why}\n${told.slice(-6000)}`);
    assert.ok(checks.length >= 10);
    for (const { evidence } of checks) assert.notEqual(evidence, '');
    assert.equal(code, 0);
  });
}
