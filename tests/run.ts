/**
 * Runs the test files side by side, each in a process of its own; NAME.host.test.ts inside a throw-away host. Prints a
 * line per file, every failure whole, every skipped test with its reason, every failed one with what it said, and the counts.
 * Arguments: parts of file names to choose; none means all. A file that takes longer than NEUTRON_TEST_MINUTES (20) is
 * ended with everything that it started, and counts as failed.
 */
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endAll, MARK } from './ending.ts';
import { failuresIn } from './failures.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const results = mkdtempSync(join(tmpdir(), 'neutron-test-'));

interface Counts {
  pass: number;
  fail: number;
  skipped: number;
}

const total: Counts = { pass: 0, fail: 0, skipped: 0 };
const skips: string[] = [];
/** Tests that name a known difference from Neutron; they neither pass nor fail. */
const differences: string[] = [];
const failed: string[] = [];

const LIMIT_MINUTES = Number(process.env.NEUTRON_TEST_MINUTES ?? 20);

const words = process.argv.slice(2);
const found = globSync('{src,tests,bench}/**/*.test.ts', { cwd: root }).filter(
  (file) => words.length === 0 || words.some((word) => file.includes(word)),
);
// The long ones first, so that the last one to end is short.
const weight = (file: string) => (file.startsWith('tests/') ? 0 : file.includes('.host.') ? 1 : 2);
const queue = found.sort((a, b) => weight(a) - weight(b) || a.localeCompare(b));

/** A top-level count of a TAP report, e.g. `# pass 12`. */
const countOf = (tap: string, what: string) =>
  Number(new RegExp(`^# ${what} (\\d+)$`, 'm').exec(tap)?.[1] ?? 0);

function runFile(file: string): Promise<void> {
  const report = join(results, file.replaceAll('/', '_'));
  const reporters = ['--test-reporter=tap', `--test-reporter-destination=${report}`];
  const timeout = file.startsWith('tests/') ? [] : ['--test-timeout=180000'];
  const node = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    '--test',
    ...timeout,
    ...reporters,
    file,
  ];
  const command = file.endsWith('.host.test.ts') ? [join(root, 'tests/in-host'), ...node] : node;
  const start = performance.now();
  const mark = crypto.randomUUID();
  return new Promise((resolve) => {
    const child = spawn(command[0]!, command.slice(1), {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, [MARK]: mark },
    });
    let output = '';
    let late = false;
    const limit = setTimeout(() => {
      late = true;
      endAll(child.pid!, mark);
    }, LIMIT_MINUTES * 60_000);
    child.stdout.on('data', (data) => {
      output += data;
    });
    child.stderr.on('data', (data) => {
      output += data;
    });
    child.on('close', (code) => {
      clearTimeout(limit);
      if (late) output += `\n${file} ran for more than ${LIMIT_MINUTES} minutes and was ended`;
      let tap = '';
      try {
        tap = readFileSync(report, 'utf8');
      } catch {
        output += '\nno report was written';
      }
      conclude(file, tap, output, code ?? 1, performance.now() - start);
      resolve();
    });
  });
}

function conclude(file: string, tap: string, output: string, code: number, milliseconds: number): void {
  const counts = { pass: countOf(tap, 'pass'), fail: countOf(tap, 'fail'), skipped: countOf(tap, 'skipped') };
  if (code !== 0 && counts.fail === 0) counts.fail = 1;
  for (const kind of ['pass', 'fail', 'skipped'] as const) total[kind] += counts[kind];
  for (const line of tap.split('\n')) {
    const known = /^\s*not ok \d+ - (.*) # TODO ?(.*)$/.exec(line);
    if (known) differences.push(`${file}: ${known[1]}: ${known[2]}`);
    const skip = /^\s*ok \d+ - (.*) # SKIP ?(.*)$/.exec(line);
    if (skip) skips.push(`${file}: ${skip[1]}: ${skip[2]}`);
  }
  const mark = counts.fail > 0 ? 'FAIL' : 'ok  ';
  const skippedText = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
  console.log(`${mark} ${file}: ${counts.pass} passed${skippedText} (${(milliseconds / 1000).toFixed(1)} s)`);
  if (counts.fail > 0) {
    const failures = failuresIn(tap).map(({ name, reason }) => `${file}: ${name}: ${reason}`);
    failed.push(...(failures.length > 0 ? failures : [file]));
    console.log(
      tap
        .split('\n')
        .filter((line) => !/^\s*(ok|# Subtest|1\.\.|duration_ms|type:|---|\.\.\.)/.test(line))
        .join('\n'),
    );
    console.log(output.slice(-8000));
  }
}

async function worker(): Promise<void> {
  for (let file = queue.shift(); file; file = queue.shift()) await runFile(file);
}

await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker));
rmSync(results, { recursive: true });
for (const difference of differences) console.log(`known difference: ${difference}`);
for (const skip of skips) console.log(`skipped: ${skip}`);
for (const failure of failed) console.log(`failed: ${failure}`);
console.log(`${total.pass} passed, ${total.fail} failed, ${total.skipped} skipped`);
process.exitCode = total.fail === 0 && total.pass > 0 ? 0 : 1;
