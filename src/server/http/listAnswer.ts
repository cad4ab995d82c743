import type { Item } from '../services/service.ts';
import { type Answer, ok } from './answer.ts';

/**
 * The answer to a list request from its pages as they come. A list of one page is a plain answer; a longer one is a
 * stream, each page read from the database only when the client has taken those before. What fails before the second
 * page rejects, and has its own status; what fails later can only end the connection.
 *
 * @param links of the whole list, asked for when all pages are through
 */
export async function listAnswer(
  collection: string,
  pages: AsyncIterator<readonly Item[], void>,
  links: () => readonly unknown[],
): Promise<Answer> {
  const first = await pages.next();
  const second = first.done ? first : await pages.next();
  if (!first.done && !second.done) return { status: 200, stream: texts(first.value, second.value) };
  const body = { [collection]: first.value ?? [] };
  const found = links();
  return ok(found.length > 0 ? { ...body, [`${collection}_links`]: found } : body);

  async function* texts(...read: (readonly Item[])[]): AsyncGenerator<string, void> {
    let between = '';
    const text = (items: readonly Item[]): string => {
      if (items.length === 0) return '';
      const joined = between + JSON.stringify(items).slice(1, -1);
      between = ',';
      return joined;
    };
    yield `{${JSON.stringify(collection)}:[`;
    for (const items of read.splice(0)) yield text(items);
    for (let page = await pages.next(); !page.done; page = await pages.next()) yield text(page.value);
    const found = links();
    yield found.length > 0 ? `],"${collection}_links":${JSON.stringify(found)}}` : ']}';
  }
}
