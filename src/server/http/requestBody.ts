import { badRequest } from '../errors/index.ts';
import type { Item } from '../services/service.ts';

const deepest = 64;

/** Whether brackets nest deeper than any resource's body may, found without parsing. */
function tooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (quoted) {
      if (character === '\\') index++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === '{' || character === '[') {
      if (++depth > deepest) return true;
    } else if (character === '}' || character === ']') depth--;
  }
  return false;
}

/**
 * The JSON object of a request's body; undefined when there is no body.
 *
 * @throws HTTPBadRequest for anything but a JSON object
 */
export function parseBody(raw: string): Item | undefined {
  if (raw.trim() === '') return undefined;
  const invalid = () => badRequest('Body contains invalid data');
  if (tooDeep(raw)) throw invalid();
  let body: unknown;
  try {
    body = JSON.parse(raw);
  } catch {
    throw invalid();
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid();
  return body as Item;
}
