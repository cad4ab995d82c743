import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { defaultPolicies, scopeOf } from './index.ts';

const facts = fileURLToPath(new URL('../../../../shared/reference/policies.json', import.meta.url));
const skip = existsSync(facts)
  ? false
  : "the facts about Neutron's rules (../shared/reference/policies.json) are not here";

interface Fact {
  readonly name: string;
  readonly check: string;
  readonly scope_types: readonly string[] | null;
  readonly legacy?: { readonly name: string; readonly check: string };
}

const rules: readonly Fact[] = skip ? [] : JSON.parse(readFileSync(facts, 'utf8')).zed;

test("the default rules are Neutron's, each once", { skip }, () => {
  assert.equal(rules.length, 261);
  assert.deepEqual(Object.keys(defaultPolicies).sort(), rules.map(({ name }) => name).sort());
});

for (const { name, check, legacy, scope_types } of rules) {
  test(`the default rule ${name}: check, deprecated check, scope`, () => {
    const rule = defaultPolicies[name]!;
    const [current, deprecated] = typeof rule === 'string' ? [rule, rule] : rule;
    assert.equal(current, check);
    // A deprecated check that says the same is not written down, and no deprecated rule had another name.
    if (legacy) assert.deepEqual({ name, check: deprecated }, { name: legacy.name, check: legacy.check });
    assert.deepEqual(scopeOf(name), scope_types?.[0]);
    assert((scope_types ?? []).length <= 1);
  });
}
