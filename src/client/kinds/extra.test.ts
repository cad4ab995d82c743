import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Namespace } from '../argparse/namespace.ts';
import { extraValues, mergeInto } from './extra.ts';

describe('attributes that no argument covers', () => {
  const cases: [string, unknown][] = [
    ['', {}],
    ['--a 1', { a: '1' }],
    ['--a-b=1', { a_b: '1' }],
    ['-- --a 1', { a: '1' }],
    ['--router:external', { 'router:external': true }],
    ['--a type=int 3 --b type=bool True --c type=bool no', { a: 3, b: true, c: false }],
    ['--a x y', { a: ['x', 'y'] }],
    ['--a list=true x', { a: ['x'] }],
    ['--a type=dict k=v,l=w', { a: { k: 'v', l: 'w' } }],
    ['--a action=clear', { a: null }],
    ['--a -5', { a: '-5' }],
  ];
  for (const [line, expected] of cases)
    test(line || '(none)', () => assert.deepEqual(extraValues(line === '' ? [] : line.split(' ')), expected));

  const refusals: [string, string][] = [
    ['stray', 'Invalid values_specs stray'],
    ['--a=1 stray', 'Invalid values_specs --a=1 stray'],
    ['--a list=true', 'Invalid values_specs --a list=true'],
    ['--a 1 --a 2', 'Duplicated options --a 1 --a 2'],
    ['--a type=float 1', 'Invalid value_specs --a type=float 1: type float is not supported'],
  ];
  for (const [line, message] of refusals)
    test(line, () => assert.throws(() => extraValues(line.split(' ')), { message }));
});

test('lists join those of the argument of that name', () => {
  const args = new Namespace();
  args.set('dns_nameservers', ['1.1.1.1']);
  assert.deepEqual(mergeInto(args, { dns_nameservers: ['8.8.8.8'], name: 'x' }), { name: 'x' });
  assert.deepEqual(args.get('dns_nameservers'), ['1.1.1.1', '8.8.8.8']);
});
