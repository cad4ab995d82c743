import { WAITABLE } from '../../../resources/additions.ts';
import { badRequest } from '../../errors/index.ts';
import type { Answers } from '../../http/registry.ts';
import { databaseTime } from '../../services/standardAttributes.ts';
import { stillUnapplied, type WaitingParts } from './index.ts';
import { waitableOf } from './resources.ts';

const isTime = (value: unknown): value is string =>
  typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(value);

/**
 * `POST /v2.0/nts-waits` with a resource's name and id: what agents have yet to apply of it. Agents apply it because of
 * the question, and the resource may be gone: hence no GET below a resource. `since` of the first answer belongs into
 * the questions that follow it.
 */
export const createWaits =
  (parts: WaitingParts): Answers =>
  async ({ body: { resource, id, since } }) => {
    if (typeof resource !== 'string' || !waitableOf(resource))
      throw badRequest(`resource must be one of ${WAITABLE.join(', ')}`);
    if (typeof id !== 'string') throw badRequest('id must be the id of a resource');
    const began = isTime(since) ? since : databaseTime();
    return { resource, id, since: began, waiting_for: await stillUnapplied(resource, id, began, parts) };
  };
