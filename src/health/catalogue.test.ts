import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { catalogue } from './catalogue/index.ts';
import { problemsDocument } from './document.ts';

test('every problem has a code of its own, in lower case', () => {
  const codes = catalogue.map(({ code }) => code);
  assert.deepEqual(
    codes.filter((code, at) => codes.indexOf(code) !== at || !/^[a-z][a-z0-9_]+$/.test(code)),
    [],
  );
});

test('a problem depends on problems that there are, and never on itself', () => {
  const causes = new Map(catalogue.map(({ code, dependsOn = [] }) => [code, dependsOn]));
  for (const { code } of catalogue) {
    const open = [...causes.get(code)!];
    const seen = new Set<string>();
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      assert.ok(causes.has(next), `${code} depends on ${next}, which is not in the catalogue`);
      assert.notEqual(next, code, `${code} depends on itself`);
      if (!seen.has(next)) open.push(...causes.get(next)!);
      seen.add(next);
    }
  }
});

test('every example renders whole: sentence, fix and command', () => {
  for (const listed of catalogue) {
    const { text, fix, command } = listed.illustrate();
    for (const part of [text, fix, command ?? 'none', listed.cause, listed.title]) {
      assert.ok(part.length > 0 && !/undefined|\[object|NaN/.test(part), `${listed.code}: ${part}`);
    }
    assert.doesNotMatch(text, /\.$/, `${listed.code}: a sentence carries no full stop`);
    assert.ok(!listed.safe || command !== undefined, `${listed.code} is safe to run, and has no command`);
  }
});

test('docs/problems.md is what the catalogue says: npm run docs:problems writes it', () => {
  const written = readFileSync(new URL('../../docs/problems.md', import.meta.url), 'utf8');
  assert.equal(written, problemsDocument());
});
