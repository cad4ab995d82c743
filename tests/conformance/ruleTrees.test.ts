import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBody, updateBody } from '../../src/resources/body.ts';
import { type Attribute, type ResourceDefinition, resources } from '../../src/resources/index.ts';
import { ruleNames, rulesOfBody } from '../../src/server/http/ruleTree.ts';
import { askOriginal, originalMissing } from '../../src/server/identity/policy/testing/original.ts';
import type { Item } from '../../src/server/services/service.ts';
import { seeded } from '../../src/testing/random.ts';
import { plausible, type World } from '../fuzz/values.ts';
import { referenceAttributes, referenceMissing } from './definitions/reference.ts';

const seed = 20261127;
const random = seeded(seed);
const id = '11111111-2222-4333-8444-555555555555';
const world: World = { random, wildness: 0, serves: () => true, id: () => id };

interface Tree {
  readonly definition: ResourceDefinition;
  readonly action: string;
  readonly collection: string;
  readonly body: Item;
  /** The attributes of an update; null for a create. */
  readonly changed: readonly string[] | null;
}

/** A create or update with some attributes, often with the defaults themselves; undefined when it does not validate. */
function tree(definition: ResourceDefinition): Tree | undefined {
  const verb = random.chance(0.5) ? 'create' : 'update';
  const given: Item = {};
  for (const [name, attribute] of Object.entries<Attribute>(definition.attributes)) {
    if (!(verb === 'create' ? attribute.post : attribute.put)) continue;
    const mandatory = verb === 'create' && !attribute.optional && !('default' in attribute);
    if (!mandatory && !random.chance(attribute.enforcePolicy ? 0.4 : 0.1)) continue;
    const useDefault = 'default' in attribute && random.chance(0.2);
    given[name] = useDefault ? attribute.default : plausible(world, name, attribute);
  }
  const common = { definition, action: `${verb}_${definition.name}`, collection: definition.collection };
  try {
    return verb === 'create'
      ? { ...common, body: createBody(definition, given, 'p1'), changed: null }
      : { ...common, body: updateBody(definition, given), changed: Object.keys(given) };
  } catch {
    return undefined;
  }
}

test('what a body sets is judged by the rules that Neutron asks', {
  skip: originalMissing || referenceMissing,
}, async () => {
  const facts = referenceAttributes();
  const definitions: readonly ResourceDefinition[] = Object.values(resources);
  const known = definitions.filter(({ collection }) => facts.resources[collection]);
  const trees = known.flatMap((definition) =>
    Array.from({ length: 400 }, () => tree(definition)).filter((one) => one !== undefined),
  );
  const attributes = Object.fromEntries(
    known.map(({ collection, attributes: ours }) => [
      collection,
      // What other plugins bring is not set here.
      Object.fromEntries(
        Object.entries(facts.resources[collection]!.attributes).filter(([name]) => Object.hasOwn(ours, name)),
      ),
    ]),
  );
  const asked = trees.map(({ definition: _, ...one }) => one);
  const [answers] = (await askOriginal([{ attributes, trees: asked }])) as string[][][];
  let rules = 0;
  for (const [index, { definition, action, body, changed }] of trees.entries()) {
    const names = ruleNames(rulesOfBody(definition, action, body, changed ? 'update' : 'create'));
    rules += names.length;
    assert.deepEqual(names.toSorted(), answers![index]!.toSorted(), JSON.stringify({ action, body }));
  }
  assert(trees.length > 2000 && rules > trees.length * 1.4, `${trees.length} bodies, ${rules} rules`);
});
