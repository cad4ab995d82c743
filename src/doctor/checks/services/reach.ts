import { connect } from 'node:net';

/** How long the first question to a service may take, and one that follows from its answer. */
export const MILLISECONDS = 3000;
export const NEXT_MILLISECONDS = 1500;

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ETIMEDOUT: 'no answer',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ENOTFOUND: 'its name is unknown here',
  EAI_AGAIN: 'its name is unknown here',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
};

/** Why a connection failed, for an operator. */
export function inWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = '' } = error as NodeJS.ErrnoException;
  const nested = error instanceof AggregateError ? error.errors[0] : error.cause;
  if (WORDS[code] === undefined && nested instanceof Error) return inWords(nested);
  return WORDS[code] ?? error.message;
}

/** Tries to connect, and closes again: why it cannot be done, or undefined. */
export const unreachable = (
  host: string,
  port: number,
  milliseconds: number = MILLISECONDS,
): Promise<string | undefined> =>
  new Promise((resolve) => {
    const socket = connect({ host, port, timeout: milliseconds });
    const end = (why: string | undefined): void => {
      socket.destroy();
      resolve(why);
    };
    socket.on('connect', () => end(undefined));
    socket.on('timeout', () => end(`no answer within ${milliseconds / 1000} s`));
    socket.on('error', (error) => end(inWords(error)));
  });

/** host:port, with brackets where the host is an IPv6 address. */
export const addressOf = (host: string, port: number): string =>
  `${host.includes(':') ? `[${host}]` : host}:${port}`;
