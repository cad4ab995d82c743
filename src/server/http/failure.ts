import type { Log } from '../../log/log.ts';
import type { RpcContext } from '../../messaging/transport.ts';
import { duplicateOf, isForeignKeyViolation, isValueRefused } from '../db/errors.ts';
import { badRequest, fault, NeutronError } from '../errors/index.ts';
import { IdentityUnavailable, Unauthorized } from '../identity/identity.ts';
import type { Answer } from './answer.ts';

export const faultAnswer = ({ status, type, message, detail }: NeutronError): Answer => ({
  status,
  body: { NeutronError: { type, message, detail } },
});

/** A WebOb error outside the API proper: JSON, or HTML for who does not ask for JSON. */
export function webobAnswer(
  status: number,
  title: string,
  explanation: string,
  detail: string,
  accept: string,
): Answer {
  if (accept.includes('json')) {
    const message = `${explanation}<br /><br />\n${detail}\n\n`;
    return { status, body: { message, code: `${status} ${title}`, title } };
  }
  const body =
    `<html>\n <head>\n  <title>${status} ${title}</title>\n </head>\n <body>\n  <h1>${status} ${title}</h1>\n` +
    `  ${explanation}<br /><br />\n${detail}\n\n\n </body>\n</html>`;
  return { status, body, contentType: 'text/html; charset=UTF-8' };
}

/** What the rules of the database say of a request that nothing before has refused; undefined for other errors. */
function databaseRefusal(error: unknown): NeutronError | undefined {
  if (isValueRefused(error)) {
    return badRequest('The request holds a value, or a number of them, that the database cannot hold');
  }
  if (isForeignKeyViolation(error)) {
    const message = 'The request refers to an object that does not exist, or removes one that is in use';
    return fault('HTTPConflict', { message });
  }
  const duplicate = duplicateOf(error);
  if (!duplicate) return undefined;
  const what = duplicate.columns.join(', ') || duplicate.constraint;
  return fault('HTTPConflict', { message: `There is an object with the same ${what} already` });
}

/** The answer to a failed request. What is no error of the API is logged, and tells the client nothing of the inside. */
export function failureAnswer(
  error: unknown,
  { log, accept, challenge, context }: { log: Log; accept: string; challenge: string; context?: RpcContext },
): Answer {
  if (error instanceof NeutronError) return faultAnswer(error);
  if (error instanceof Unauthorized) {
    return {
      status: 401,
      headers: { 'WWW-Authenticate': challenge },
      body: {
        error: {
          code: 401,
          title: 'Unauthorized',
          message: 'The request you have made requires authentication.',
        },
      },
    };
  }
  if (error instanceof IdentityUnavailable) {
    log.error(error.message, context);
    return webobAnswer(
      503,
      'Service Unavailable',
      'The server is currently unavailable. Please try again at a later time.',
      'The Keystone service is temporarily unavailable.',
      accept,
    );
  }
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const refusal = databaseRefusal(error);
  if (refusal) {
    log.warning(`Refused by the database alone: ${text}`, context);
    return faultAnswer(refusal);
  }
  log.error(text, context);
  return faultAnswer(fault('HTTPInternalServerError'));
}
