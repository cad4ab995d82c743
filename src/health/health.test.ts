import assert from 'node:assert/strict';
import { test } from 'node:test';
import { notChecked, pass, runChecks } from './checks.ts';
import { problem } from './problem.ts';
import { oneLine, paragraph } from './render.ts';
import { explain } from './silence.ts';

const declare = (code: string, dependsOn: string[] = [], lastsSeconds = 0) =>
  problem({
    code,
    title: code,
    severity: 'error',
    sentence: ({ what }: { what: string }) => `${what} is wrong`,
    cause: 'something happened.',
    fix: ({ what }) => `mend ${what}`,
    command: ({ what }) => `mend ${what}`,
    dependsOn,
    lastsSeconds,
    example: { what: 'it' },
  });

const root = declare('root');
const middle = declare('middle', ['root']);
const leaf = declare('leaf', ['middle'], 30);
const problems = [root, middle, leaf];

test('a root cause silences its consequences, also over one that was not found itself', () => {
  const findings = [leaf.found({ what: 'leaf' }), root.found({ what: 'root' })];
  const { shown, silenced } = explain(findings, problems);
  assert.deepEqual(
    shown.map(({ code }) => code),
    ['root'],
  );
  assert.deepEqual(
    silenced.map(({ finding, by }) => [finding.code, by.code]),
    [['leaf', 'root']],
  );
});

test('a root cause on one host does not silence what is wrong on another', () => {
  const codesOf = (rootHost: string | undefined, leafHost: string | undefined) =>
    explain(
      [
        root.found({ what: 'root' }, rootHost === undefined ? {} : { host: rootHost }),
        leaf.found({ what: 'leaf' }, leafHost === undefined ? {} : { host: leafHost }),
      ],
      problems,
    ).shown.map(({ code }) => code);
  assert.deepEqual(codesOf('a', 'b'), ['root', 'leaf']);
  assert.deepEqual(codesOf('a', 'a'), ['root']);
  assert.deepEqual(codesOf(undefined, 'b'), ['root']);
  assert.deepEqual(codesOf('a', undefined), ['root']);
});

test('a check that throws or takes too long is not checked, and the others are', async () => {
  const results = await runChecks(
    [
      { name: 'passes', run: async () => pass('seen') },
      { name: 'cannot', run: async () => notChecked('it needs root') },
      { name: 'throws', run: async () => Promise.reject(new Error('no such file')) },
      { name: 'hangs', run: () => new Promise<never>(() => {}) },
    ],
    {},
    0.05,
  );
  assert.deepEqual(
    results.map((one) => [one.check, one.result, one.result === 'not checked' ? one.why : '']),
    [
      ['passes', 'pass', ''],
      ['cannot', 'not checked', 'it needs root'],
      ['throws', 'not checked', 'no such file'],
      ['hangs', 'not checked', 'it took longer than 0.05 s'],
    ],
  );
});

test('a finding reads as a line and as a paragraph', () => {
  const finding = root.found({ what: 'it' }, { host: 'compute', evidence: ['it says 7'] });
  assert.equal(oneLine(finding), 'it is wrong. Mend it: mend it [root]');
  const asked = { ...finding, text: 'did you mean that?' };
  assert.equal(oneLine(asked), 'did you mean that? Mend it: mend it [root]');
  assert.deepEqual(paragraph(finding), [
    'ERROR root on compute: it is wrong',
    '  why:  something happened.',
    '  seen: it says 7',
    '  fix:  mend it',
    '  run:  mend it',
  ]);
});
