import assert from 'node:assert/strict';
import { test } from 'node:test';
import { editLines } from './edits.ts';

/** What iptables makes of a chain by such lines. */
function carriedOut(have: readonly string[], lines: readonly string[]): string[] {
  const rules = [...have];
  for (const line of lines) {
    const [, verb, number, rule = ''] = /^-([ADI]) c (?:(\d+) ?)?(.*)$/.exec(line)!;
    if (verb === 'A') rules.push(rule);
    else if (verb === 'D') rules.splice(Number(number) - 1, 1);
    else {
      assert.ok(Number(number) <= rules.length + 1);
      rules.splice(Number(number) - 1, 0, rule);
    }
  }
  return rules;
}

const rules = (text: string) => [...text].map((letter) => `-j ${letter}`);

const CASES: readonly (readonly [string, string, string, readonly string[] | undefined])[] = [
  ['one more at the end', 'abc', 'abcx', ['-A c -j x']],
  ['one more before another', 'abc', 'axbc', ['-I c 2 -j x']],
  ['one less', 'abcd', 'acd', ['-D c 2']],
  [
    'several of both',
    'abcdef',
    'xacdyezw',
    ['-D c 6', '-D c 2', '-I c 1 -j x', '-I c 5 -j y', '-A c -j z', '-A c -j w'],
  ],
  ['the last becomes another', 'abc', 'abx', ['-D c 3', '-A c -j x']],
  ['rules that change places are written anew', 'abcd', 'abdc', undefined],
  ['so are those of which one stands twice', 'abcc', 'abc', undefined],
  ['and those that nearly all differ', 'abc', 'axy', undefined],
  ['and those of an empty chain', '', 'abc', undefined],
];

for (const [name, have, want, lines] of CASES) {
  test(name, () => {
    const edits = editLines('c', rules(have), rules(want));
    assert.deepEqual(edits, lines);
    if (edits) assert.deepEqual(carriedOut(rules(have), edits), rules(want));
  });
}
