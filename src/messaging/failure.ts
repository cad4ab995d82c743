import { RemoteError } from './errors.ts';

/** An exception as oslo.messaging serialises it in a reply. */
interface Failure {
  class: string;
  module: string;
  message: string;
  tb: string[];
  args: unknown[];
  kwargs: Record<string, unknown>;
}

/** JavaScript's own errors become Python's RuntimeError: they are faults of the program, not of the caller. */
const programErrors = new Set(['Error', 'TypeError', 'RangeError', 'ReferenceError', 'SyntaxError']);

/**
 * An error as a reply's failure. `name` is the exception's class; `module` and `kwargs` properties are taken over,
 * the module defaults to the one of Neutron's exceptions.
 */
export function encodeFailure(thrown: unknown): string {
  const error = (thrown instanceof Error ? thrown : new Error(String(thrown))) as Error &
    Partial<Pick<Failure, 'module' | 'kwargs'>>;
  const ofProgram = programErrors.has(error.name);
  const failure: Failure =
    error instanceof RemoteError
      ? {
          class: error.excType,
          module: error.module,
          message: error.message,
          tb: [...error.traceback],
          args: [error.message],
          kwargs: error.kwargs,
        }
      : {
          class: ofProgram ? 'RuntimeError' : error.name,
          module: error.module ?? (ofProgram ? 'builtins' : 'neutron_lib.exceptions'),
          message: error.message,
          tb: (error.stack ?? '').split('\n').map((line) => `${line}\n`),
          args: error.kwargs ? [] : [error.message],
          kwargs: error.kwargs ?? {},
        };
  return JSON.stringify(failure);
}

/** The error that a call rejects with. */
export function decodeFailure(text: string): RemoteError {
  let failure: Partial<Failure>;
  try {
    failure = JSON.parse(text) as Partial<Failure>;
  } catch {
    failure = { message: text };
  }
  return new RemoteError(
    failure.class ?? 'Exception',
    failure.module ?? 'builtins',
    failure.message ?? '',
    failure.tb,
    failure.kwargs,
  );
}
