import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFile } from './file.ts';

/** text → `section/name=value@line` */
const cases: readonly [string, string, readonly string[]][] = [
  ['name = value', '[a]\nx = 1', ['a/x=1@2']],
  ['colon for equals', '[a]\nx: 1', ['a/x=1@2']],
  ['the first of = and : counts', '[a]\nx = http://h:80\ny: a=b', ['a/x=http://h:80@2', 'a/y=a=b@3']],
  ['no spaces, many spaces', '[a]\nx=1\ny   =    2   ', ['a/x=1@2', 'a/y=2@3']],
  ['trailing space behind a section', '[a] \nx = 1', ['a/x=1@2']],
  ['dashes are underscores', '[a]\nlog-file = f', ['a/log_file=f@2']],
  ['empty value', '[a]\nx =\ny = ', ['a/x=@2', 'a/y=@3']],
  ['comments at the start of a line only', '[a]\n# x = 1\n; y = 2\nz = 3 # 4', ['a/z=3 # 4@4']],
  ['an indented line continues', '[a]\nx = 1,\n  2,\n\t3', ['a/x=1,\n2,\n3@2']],
  ['a blank line ends a value', '[a]\nx = 1\n   \ny = 2', ['a/x=1@2', 'a/y=2@4']],
  [
    'one pair of quotes around all is taken away',
    '[a]\nx = "a b"\ny = \'c\'\nz = "d',
    ['a/x=a b@2', 'a/y=c@3', 'a/z="d@4'],
  ],
  ['repeated options are all kept', '[a]\nx = 1\nx = 2', ['a/x=1@2', 'a/x=2@3']],
  ['a section may be opened again', '[a]\nx = 1\n[b]\ny = 2\n[a]\nz = 3', ['a/x=1@2', 'b/y=2@4', 'a/z=3@6']],
  ['Windows line ends', '[a]\r\nx = 1\r\n', ['a/x=1@2']],
  ['other scripts', '[a]\nx = Test(与nova相同)', ['a/x=Test(与nova相同)@2']],
  ['nothing', '', []],
];

for (const [what, text, expected] of cases) {
  test(what, () => {
    const { entries, notices } = parseFile(text, 'f');
    assert.deepEqual(
      entries.map((entry) => `${entry.section}/${entry.name}=${entry.value}@${entry.line}`),
      expected,
    );
    assert.deepEqual(notices, []);
  });
}

const wrong: readonly [string, string, number, RegExp][] = [
  ['a word alone', '[a]\nnonsense', 2, /neither = nor :/],
  ['no name', '[a]\n= 1', 2, /no option name/],
  ['before any section', 'x = 1\n[a]', 1, /before the first \[section\]/],
  ['an open bracket', '[a\nx = 1', 1, /does not end with \]/],
  ['an empty section', '[]\nx = 1', 1, /without a name/],
  ['an indent that continues nothing', '[a]\n  x = 1', 2, /continues no value/],
];

for (const [what, text, line, expected] of wrong) {
  test(`${what} is an error with its line`, () => {
    const [notice] = parseFile(text, 'f.conf').notices;
    assert.equal(notice?.level, 'error');
    assert.deepEqual(notice.origin, { file: 'f.conf', line });
    assert.match(notice.text, expected);
  });
}

test('every wrong line is found, not the first alone', () => {
  assert.equal(parseFile('[a]\nb\nc\nd = 1', 'f').notices.length, 2);
});
