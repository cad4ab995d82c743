import type { Extension } from '../../resources/extensions.ts';
import { fault } from '../errors/index.ts';
import { type Answer, ok } from './answer.ts';
import { webobAnswer } from './failure.ts';
import type { ApiRequest } from './request.ts';

const shown = ({ alias, name, description, updated }: Extension) => ({
  name,
  alias,
  description,
  updated,
  links: [],
});

/** Answers /extensions and /extensions/<alias>. */
export const createExtensionsHandler =
  (extensions: readonly Extension[]) =>
  async (request: ApiRequest): Promise<Answer> => {
    const [alias, ...more] = request.rest;
    if (more.length > 0) throw fault('HTTPNotFound');
    if (request.method !== 'GET') throw fault('HTTPMethodNotAllowed');
    if (alias === undefined) return ok({ extensions: extensions.map(shown) });
    const extension = extensions.find((candidate) => candidate.alias === alias);
    return extension
      ? ok({ extension: shown(extension) })
      : webobAnswer(
          404,
          'Not Found',
          'The resource could not be found.',
          `Extension with alias ${alias} does not exist`,
          request.accept,
        );
  };
