import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openFile } from './destination.ts';
import { bySize, byTime, dueAfter } from './rotation.ts';

const directory = mkdtempSync(join(tmpdir(), 'neutron-rotation-'));
after(() => rmSync(directory, { recursive: true }));

test('a file that is large enough becomes .1, .1 becomes .2, the oldest goes', () => {
  const path = join(directory, 'size.log');
  const file = openFile(path, bySize(6, 2), 0);
  for (const line of ['first\n', 'second\n', 'third\n', 'fourth\n']) file.write(line);
  file.close();
  const contents = readdirSync(directory)
    .filter((name) => name.startsWith('size'))
    .map((name) => [name, readFileSync(join(directory, name), 'utf8')]);
  assert.deepEqual(contents, [
    ['size.log', 'fourth\n'],
    ['size.log.1', 'third\n'],
    ['size.log.2', 'second\n'],
  ]);
});

test('a file that is old enough is kept under its time, as many as asked for', () => {
  const path = join(directory, 'time.log');
  const rotation = byTime('seconds', 0, 1);
  const file = openFile(path, rotation);
  file.write('first\n');
  rotation.putAside(path, new Date('2016-04-06T17:12:51Z'));
  file.reopen();
  file.write('second\n');
  rotation.putAside(path, new Date('2016-04-07T17:12:51Z'));
  file.reopen();
  file.close();
  assert.deepEqual(
    readdirSync(directory).filter((name) => name.startsWith('time')),
    ['time.log', 'time.log.2016-04-07_17-12-51'],
  );
});

/** 2016-04-06 was a Wednesday. */
const begun = new Date(2016, 3, 6, 17, 12, 51);
const cases: readonly [string, number, Date][] = [
  ['Seconds', 30, new Date(2016, 3, 6, 17, 13, 21)],
  ['minutes', 2, new Date(2016, 3, 6, 17, 14, 51)],
  ['Hours', 1, new Date(2016, 3, 6, 18, 12, 51)],
  ['days', 1, new Date(2016, 3, 7, 17, 12, 51)],
  ['Midnight', 1, new Date(2016, 3, 7)],
  ['Weekday', 0, new Date(2016, 3, 11)],
  ['Weekday', 3, new Date(2016, 3, 7)],
];
for (const [unit, amount, due] of cases) {
  test(`${amount} ${unit} after ${begun.toISOString()}`, () =>
    assert.deepEqual(dueAfter(begun, unit, amount), due));
}
