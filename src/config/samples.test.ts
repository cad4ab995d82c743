import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { declarations } from './declared.ts';
import { parseFile } from './file.ts';
import { configOf } from './load.ts';
import { samples } from './samples.ts';

const directory = join(import.meta.dirname, '../../etc/neutron');
const all = Object.entries(samples());

for (const [path, text] of all) {
  test(`etc/neutron/${path} is what the declarations say (npm run config:samples)`, () =>
    assert.equal(readFileSync(join(directory, path), 'utf8'), text));

  test(`${path} with its comments taken away reads as the defaults, without a notice`, () => {
    const plain = text
      .split('\n')
      .filter((line) => !line.endsWith('= <none>'))
      .map((line) => line.replace(/^#(?=\w+ =)/, ''));
    const config = configOf(plain.join('\n'));
    assert.deepEqual(config.notices, []);
  });
}

test('every option stands in some sample', () => {
  const shown = new Set(
    all.flatMap(([, text]) =>
      parseFile(text.replace(/^#(?=\w+ =)/gm, ''), 'sample').entries.map(
        ({ section, name }) => `${section}/${name}`,
      ),
    ),
  );
  for (const name of declarations.present.keys()) assert.ok(shown.has(name), name);
});
