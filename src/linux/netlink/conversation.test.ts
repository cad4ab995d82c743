import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Reading, readWhole } from './conversation.ts';

const whole: Reading = { messages: [], refusal: undefined, torn: false };
const torn: Reading = { ...whole, torn: true };

test('a listing that was torn is read again until it is whole', async () => {
  const readings = [torn, torn, whole];
  assert.equal(await readWhole('listing', async () => readings.shift()!), whole);
  assert.deepEqual(readings, []);
});

test('a listing that is torn every time is an error, not the truth', async () => {
  await assert.rejects(
    readWhole('Cannot list the links', async () => torn),
    /^Error: Cannot list the links: .* changed/,
  );
});
