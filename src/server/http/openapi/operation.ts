import type { JsonSchema } from '../../../resources/schema/json.ts';
import { schemaReference } from './components.ts';

/** One operation of a path, in OpenAPI's words. */
export type Operation = { readonly [word: string]: unknown };
export type Methods = Readonly<Partial<Record<'get' | 'post' | 'put' | 'delete', Operation>>>;

export const json = (schema: JsonSchema) => ({ 'application/json': { schema } });

export const objectOf = (properties: Readonly<Record<string, JsonSchema>>, required: readonly string[]) => ({
  type: 'object',
  properties,
  required,
});

const refusals: Readonly<Record<string, string>> = {
  400: 'The request is malformed, or a value is not allowed.',
  401: 'No valid token.',
  403: 'Policy does not allow it.',
  404: 'There is no such object, or the caller may not see it.',
  409: 'What there is stands against it: a quota, an address in use, an object that others need.',
  412: 'The object has another revision than If-Match asks for.',
};

/** The errors that an operation may answer with, under their status. */
const errors = (statuses: readonly number[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      String(status),
      status === 401
        ? { description: refusals[status] }
        : { description: refusals[status], content: json(schemaReference('Error')) },
    ]),
  );

interface Description {
  readonly id: string;
  readonly tag: string;
  readonly summary: string;
  readonly parameters?: readonly JsonSchema[];
  readonly body?: JsonSchema;
  /** Status and body of success; no body with 204. */
  readonly answers: readonly [status: number, body?: JsonSchema];
  readonly refusals: readonly number[];
  /** What errors look like that are none of the API proper. */
  readonly otherErrors?: JsonSchema;
}

/** Describes an operation that needs a token. */
export function operation({
  id,
  tag,
  summary,
  parameters,
  body,
  answers,
  refusals,
  otherErrors = schemaReference('Error'),
}: Description): Operation {
  const [status, answer] = answers;
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(parameters && parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, content: json(body) } } : {}),
    responses: {
      [String(status)]: answer ? { description: 'Done.', content: json(answer) } : { description: 'Done.' },
      ...errors([401, ...refusals].sort()),
      default: { description: 'Another error.', content: json(otherErrors) },
    },
  };
}

export const pathParameter = (name: string): JsonSchema => ({
  name,
  in: 'path',
  required: true,
  schema: { type: 'string' },
});
