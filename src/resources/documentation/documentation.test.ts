import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { policySubject, type ResourceDefinition } from '../definition.ts';
import { extensionCoverage } from '../extensionCoverage.ts';
import { extensions } from '../extensions.ts';
import { children, resources } from '../index.ts';
import { attributeMeanings, meaningOf, resourceMeanings } from './meanings.ts';
import { documents } from './write.ts';

const root = join(import.meta.dirname, '../../..');
const definitions: readonly ResourceDefinition[] = [...Object.values(resources), ...Object.values(children)];

for (const [name, text] of Object.entries(documents())) {
  test(`docs/${name} is what the definitions say (npm run docs:api)`, () =>
    assert.equal(readFileSync(join(root, 'docs', name), 'utf8'), text));
}

test('every resource and every attribute is explained, and nothing else', () => {
  const subjects = definitions.map(policySubject);
  assert.deepEqual(Object.keys(resourceMeanings).sort(), subjects.toSorted());
  const missing = definitions.flatMap((definition) =>
    Object.keys(definition.attributes)
      .filter((name) => meaningOf(policySubject(definition), name) === undefined)
      .map((name) => `${policySubject(definition)}.${name}`),
  );
  assert.deepEqual(missing, []);
  const known = new Set(
    definitions.flatMap((definition) =>
      Object.keys(definition.attributes).flatMap((name) => [name, `${policySubject(definition)}.${name}`]),
    ),
  );
  assert.deepEqual(
    Object.keys(attributeMeanings).filter((name) => !known.has(name)),
    [],
  );
});

test('every extension that is listed names tests, and they exist', () => {
  assert.deepEqual(Object.keys(extensionCoverage).sort(), extensions.map(({ alias }) => alias).sort());
  for (const { alias } of extensions) {
    const { tests } = extensionCoverage[alias]!;
    assert.ok(tests.length > 0, alias);
    for (const file of tests) assert.ok(existsSync(join(root, file)), `${alias}: ${file}`);
    assert.equal(new Set(tests).size, tests.length, alias);
  }
});
