import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { UsageError } from '../errors.ts';
import { type Argument, boolean, flag, option, positional, repeated } from './argument.ts';
import { parse } from './parser.ts';
import { integer, keyValues, lowercase } from './types.ts';

const known: readonly Argument[] = [
  flag(['-D', '--show-details']),
  option(['-f', '--format'], { dest: 'formatter', choices: ['json', 'table'], default: 'table' }),
  repeated(['-c', '--column'], { dest: 'columns', default: [] }),
  option('--size', { type: integer }),
  option('--sort', { type: lowercase }),
  boolean('--shared'),
  repeated('--pool', { dest: 'pools', type: keyValues(['start'], ['end']) }),
  option('--gateway', { exclusive: 'gateway' }),
  flag('--no-gateway', { exclusive: 'gateway' }),
  flag(['-v', '--verbose'], { action: 'count', default: 1 }),
  positional('network', 'NETWORK'),
  positional('cidr', 'CIDR', { nargs: '?' }),
];
const names = [
  'show_details',
  'formatter',
  'columns',
  'size',
  'sort',
  'shared',
  'pools',
  'gateway',
  'no_gateway',
  'verbose',
  'network',
  'cidr',
];

/** What differs from the defaults, and what is left over. */
const read = (line: string): unknown => {
  const words = line === '' ? [] : line.split(' ');
  const { values, unknown } = parse('prog', known, words);
  const defaults = parse('prog', known, ['x']).values;
  const given = names.filter(
    (name) => JSON.stringify(values.get(name)) !== JSON.stringify(defaults.get(name)),
  );
  return [Object.fromEntries(given.map((name) => [name, values.get(name)])), unknown];
};

describe('what a command line says', () => {
  const cases: [string, unknown][] = [
    ['n', [{ network: 'n' }, []]],
    ['n 1/2', [{ network: 'n', cidr: '1/2' }, []]],
    ['n --size 3 1/2', [{ network: 'n', size: 3 }, ['1/2']]],
    ['--size 3 n 1/2', [{ network: 'n', cidr: '1/2', size: 3 }, []]],
    ['n -f json -c a -c b', [{ network: 'n', formatter: 'json', columns: ['a', 'b'] }, []]],
    ['n -fjson --column=a=b', [{ network: 'n', formatter: 'json', columns: ['a=b'] }, []]],
    ['n -Dvf json', [{ network: 'n', show_details: true, verbose: 2, formatter: 'json' }, []]],
    ['n --form json --col a', [{ network: 'n', formatter: 'json', columns: ['a'] }, []]],
    ['n --sort ABC', [{ network: 'n', sort: 'abc' }, []]],
    ['n --size -5', [{ network: 'n', size: -5 }, []]],
    ['n --other 1 --more=2', [{ network: 'n' }, ['--other', '1', '--more=2']]],
    ['n --pool start=1,2,end=3', [{ network: 'n', pools: [{ start: '1,2', end: '3' }] }, []]],
    ['n -', [{ network: 'n', cidr: '-' }, []]],
    ['n -- --size', [{ network: 'n', cidr: '--size' }, []]],
  ];
  for (const [line, expected] of cases) test(line, () => assert.deepEqual(read(line), expected));
});

describe('what it may not say', () => {
  const cases: [string, string][] = [
    ['', 'the following arguments are required: NETWORK'],
    ['n --size', 'argument --size: expected one argument'],
    ['n --size x', "argument --size: invalid int value: 'x'"],
    ['n -f xml', "argument -f/--format: invalid choice: 'xml' (choose from 'json', 'table')"],
    ['n --s x', 'ambiguous option: --s could match --show-details, --size, --sort, --shared'],
    ['n --no-gateway --gateway 1', 'argument --gateway: not allowed with argument --no-gateway'],
    ['n --no-gateway=1', "argument --no-gateway: ignored explicit argument '1'"],
    ['n -Dx', "argument -D/--show-details: ignored explicit argument 'x'"],
    [
      'n --shared maybe',
      "argument --shared: invalid choice: 'maybe' (choose from 'True', 'true', 'False', 'false')",
    ],
    ['n --pool end=1', "argument --pool: Required key(s) 'start' not specified."],
    ['n --pool start=1,x=2', "argument --pool: Invalid key(s) 'x' specified. Valid key(s): 'end, start'."],
    ['n --pool start', "argument --pool: missing value for key 'start'"],
  ];
  for (const [line, reason] of cases)
    test(line || '(nothing)', () =>
      assert.throws(
        () => read(line),
        (error: unknown) => {
          assert.ok(error instanceof UsageError);
          assert.match(error.message, /^usage: prog \[-D\]/);
          assert.equal(error.message.split('\n').at(-1), `prog: error: ${reason}`);
          return true;
        },
      ),
    );
});
