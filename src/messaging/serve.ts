import type { Log } from '../log/log.ts';
import { dispatch } from './dispatch.ts';
import { encodeReply, type Request } from './envelope.ts';
import { DispatchError } from './errors.ts';
import { encodeFailure } from './failure.ts';
import type { Endpoint } from './transport.ts';

/** Errors that tell the caller something and are no fault here: they carry an HTTP status below 500. */
const isExpected = (error: unknown) =>
  error instanceof Error && 'status' in error && typeof error.status === 'number' && error.status < 500;

function report(log: Log, method: string, error: unknown): void {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  if (isExpected(error)) log.debug(`Expected exception during message handling (${method}): ${text}`);
  else if (error instanceof DispatchError) log.error(`Can not dispatch ${method}: ${error.message}`);
  else log.error(`Exception during message handling (${method}): ${text}`);
}

/**
 * Runs a request against endpoints; never rejects. Returns the encoded reply of a call, nothing for a cast.
 * `log` is named oslo_messaging.rpc.server.
 */
export async function serve(
  endpoints: readonly Endpoint[],
  request: Request,
  log: Log,
): Promise<string | undefined> {
  const messageId = request.replyTo?.messageId;
  log.debug(`Received ${request.method} with ${Object.keys(request.args).join(', ')}`, request.context);
  try {
    const result = await dispatch(endpoints, request);
    return messageId && encodeReply(messageId, result, null);
  } catch (error) {
    report(log, request.method, error);
    return messageId && encodeReply(messageId, null, encodeFailure(error));
  }
}
