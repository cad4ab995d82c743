import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parse } from '../argparse/parser.ts';
import { Float, type Json } from '../python/value.ts';
import { listArguments, oneArguments } from './arguments.ts';
import { loadFormat } from './load.ts';
import { displayWidth } from './width.ts';

const columns = ['name', 'mtu', 'shared', 'tags'];
const rows: Json[][] = [
  ['网络', 1450, true, ['a', "it's"]],
  ['two\nlines', 9000, false, []],
];

const list = async (words: string, table = { columns, rows }): Promise<string> => {
  const { values } = parse('neutron', listArguments(), words.split(' '));
  return (await loadFormat(String(values.get('formatter')))).list!(table, values);
};

const one = async (words: string, object: Record<string, Json>): Promise<string> => {
  const { values } = parse('neutron', oneArguments(), words.split(' '));
  const table = { columns: Object.keys(object), rows: [Object.values(object)] };
  return (await loadFormat(String(values.get('formatter')))).one!(table, values);
};

describe('a list', () => {
  const cases: [string, string][] = [
    [
      '-f table',
      `+-------+------+--------+---------------+
| name  |  mtu | shared | tags          |
+-------+------+--------+---------------+
| 网络  | 1450 | True   | ['a', "it's"] |
| two   | 9000 | False  | []            |
| lines |      |        |               |
+-------+------+--------+---------------+
`,
    ],
    ['-f value', "网络 1450 True ['a', \"it's\"]\ntwo\nlines 9000 False []\n"],
    [
      '-f csv',
      '"name","mtu","shared","tags"\n"网络",1450,True,"[\'a\', ""it\'s""]"\n"two\nlines",9000,False,"[]"\n',
    ],
    [
      '-f csv --quote none',
      "name,mtu,shared,tags\n网络,1450,True,['a'\\, \\\"it's\\\"]\ntwo\\\nlines,9000,False,[]\n",
    ],
    [
      '-f json --noindent',
      '[{"name": "\\u7f51\\u7edc", "mtu": 1450, "shared": true, "tags": ["a", "it\'s"]}, {"name": "two\\nlines", "mtu": 9000, "shared": false, "tags": []}]\n',
    ],
    [
      '-f yaml',
      "- mtu: 1450\n  name: \"\\u7F51\\u7EDC\"\n  shared: true\n  tags:\n  - a\n  - it's\n- mtu: 9000\n  name: 'two\n\n    lines'\n  shared: false\n  tags: []\n",
    ],
  ];
  for (const [words, expected] of cases) test(words, async () => assert.equal(await list(words), expected));

  test('empty', async () => {
    const empty = { columns: [], rows: [] };
    assert.equal(await list('-f table', empty), '\n');
    assert.equal(await list('-f table --print-empty', empty), '++\n||\n++\n++\n');
    assert.equal(await list('-f json', empty), '[]\n');
    assert.equal(await list('-f csv', empty), '\n');
    assert.equal(await list('-f yaml', empty), '[]\n');
  });

  test('no wider than --max-width', async () => {
    const table = { columns: ['id'], rows: [['a long-winded text that has to be broken']] };
    assert.equal(
      await list('--max-width 24', table),
      `+----------------------+
| id                   |
+----------------------+
| a long-winded text   |
| that has to be       |
| broken               |
+----------------------+
`,
    );
  });
});

describe('one object', () => {
  const object = { 'router:external': true, subnets: ['a'], description: 'say "x"', nothing: null };
  test('shell', async () =>
    assert.equal(
      await one('-f shell --prefix N_', object),
      'N_router_external="True"\nN_subnets="[\'a\']"\nN_description="say \\"x\\""\nN_nothing="None"\n',
    ));
  test('value', async () => assert.equal(await one('-f value', object), 'True\n[\'a\']\nsay "x"\nNone\n'));
  test('table', async () =>
    assert.equal(
      await one('-f table', { a: 1, text: 'x\r\ny\rz' }),
      '+-------+-------+\n| Field | Value |\n+-------+-------+\n| a     | 1     |\n| text  | x     |\n|       | y z   |\n+-------+-------+\n',
    ));
});

describe('YAML quotes what would be read as something else', () => {
  const cases: [Json, string][] = [
    ['plain text', 'plain text'],
    ['', "''"],
    ['true', "'true'"],
    ['Yes', "'Yes'"],
    ['yEs', 'yEs'],
    ['null', "'null'"],
    ['12', "'12'"],
    ['1.5', "'1.5'"],
    ['0x1f', "'0x1f'"],
    ['2026-11-22T16:19:26Z', "'2026-11-22T16:19:26Z'"],
    ['fa:16:3e:00:00:01', 'fa:16:3e:00:00:01'],
    ['10.0.0.0/24', '10.0.0.0/24'],
    ['a: b', "'a: b'"],
    ['- a', "'- a'"],
    ["it's", "it's"],
    [' lead', "' lead'"],
    ['tab\there', '"tab\\there"'],
    [new Float(1), '1.0'],
    [null, 'null'],
    [{}, '{}'],
  ];
  for (const [value, expected] of cases)
    test(expected, async () => assert.equal(await one('-f yaml', { k: value }), `k: ${expected}\n`));
});

test('columns that a text fills on a terminal', () => {
  const cases: [string, number][] = [
    ['abc', 3],
    ['网络', 4],
    ['é', 1],
    ['e\u0301', 1],
    ['😀', 2],
    ['ｱ', 1],
    ['Ａ', 2],
    ['\u001b[31mred\u001b[0m', 3],
  ];
  for (const [text, width] of cases) assert.equal(displayWidth(text), width, JSON.stringify(text));
});
