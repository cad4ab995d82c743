import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pythonJson, sortedPythonJson } from './pythonJson.ts';

test('JSON is written as Python writes it, to the space', () => {
  const cases: readonly [unknown, string][] = [
    [
      { agent_mode: 'legacy', list: [1, true, null], left: undefined },
      '{"agent_mode": "legacy", "list": [1, true, null]}',
    ],
    [{ 'naïve "key"': [] }, '{"na\\u00efve \\"key\\"": []}'],
    [{}, '{}'],
    ['plain', '"plain"'],
  ];
  for (const [value, text] of cases) assert.equal(pythonJson(value), text);
});

test('only the outermost keys are sorted', () => {
  assert.equal(sortedPythonJson({ b: { d: 1, c: 2 }, a: 3 }), '{"a": 3, "b": {"d": 1, "c": 2}}');
});
