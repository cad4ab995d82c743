import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Item } from '../services/service.ts';
import { listAnswer } from './listAnswer.ts';

async function* pagesOf(...pages: readonly (readonly Item[])[]) {
  yield* pages;
}
const textOf = async (stream: AsyncIterable<string>) => (await Array.fromAsync(stream)).join('');

test('a list of one page, or none, is a plain body', async () => {
  const none = await listAnswer('ports', pagesOf(), () => []);
  assert.deepEqual(none, { status: 200, body: { ports: [] } });
  const one = await listAnswer('ports', pagesOf([{ id: 'a' }]), () => [{ rel: 'next' }]);
  assert.deepEqual(one.body, { ports: [{ id: 'a' }], ports_links: [{ rel: 'next' }] });
});

test('a longer list is a stream of the same document, also when pages have nothing to show', async () => {
  const cases = [
    [[{ id: 'a' }, { id: 'b' }], [{ id: 'c' }]],
    [[], [{ id: 'a' }], [], [{ id: 'b' }], []],
    [[], [], []],
  ];
  for (const pages of cases) {
    for (const links of [[], [{ rel: 'next', href: 'http://a/?b="c"' }]]) {
      const { stream } = await listAnswer('ports', pagesOf(...pages), () => links);
      const expected = { ports: pages.flat(), ...(links.length > 0 ? { ports_links: links } : {}) };
      assert.equal(await textOf(stream!), JSON.stringify(expected));
    }
  }
});

test('pages are asked for as the text is taken, one after the other', async () => {
  let asked = 0;
  async function* pages() {
    for (; asked < 5; asked += 1) yield [{ id: asked }];
  }
  const { stream } = await listAnswer('ports', pages(), () => []);
  const pieces = stream![Symbol.asyncIterator]();
  const before = asked;
  await pieces.next();
  await pieces.next();
  assert.equal(asked, before);
  await pieces.next();
  await pieces.next();
  assert.equal(asked, before + 1);
});

test('what fails before the second page rejects; what fails later, the stream', async () => {
  async function* failing(after: number) {
    for (let n = 0; n < after; n += 1) yield [{ id: n }];
    throw new Error('gone');
  }
  await assert.rejects(
    listAnswer('ports', failing(1), () => []),
    /gone/,
  );
  const { stream } = await listAnswer('ports', failing(2), () => []);
  await assert.rejects(textOf(stream!), /gone/);
});
