import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import type { NovaSettings } from './settings.ts';

export interface NovaRequest {
  readonly method: string;
  /** Path and query as the guest asked. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | Buffer;
}

export type AskNova = (request: NovaRequest) => Promise<IncomingMessage>;

export interface NovaClient {
  readonly ask: AskNova;
  readonly url: string;
  /** Why nobody listens where Nova should be; undefined when somebody does. */
  unreachable(): Promise<string | undefined>;
  close(): void;
}

const REACH_MILLISECONDS = 1000;
const timeoutMilliseconds = 30_000;

/** Nova's metadata service over kept-alive connections. Throws when a certificate file cannot be read. */
export function novaClient(settings: NovaSettings): NovaClient {
  const { host, port, protocol } = settings;
  const secure = protocol === 'https';
  const file = (path: string | undefined) => (path === undefined ? undefined : readFileSync(path));
  const agent = secure
    ? new HttpsAgent({
        keepAlive: true,
        rejectUnauthorized: !settings.insecure,
        ca: settings.insecure ? undefined : file(settings.caFile),
        cert: file(settings.certFile),
        key: file(settings.keyFile),
      })
    : new HttpAgent({ keepAlive: true });
  const send = secure ? httpsRequest : httpRequest;

  const ask: AskNova = ({ method, path, headers, body }) =>
    new Promise((resolve, reject) => {
      const outgoing = send(
        { agent, host, port, method, path, headers, timeout: timeoutMilliseconds },
        resolve,
      );
      outgoing.on('error', reject);
      outgoing.on('timeout', () =>
        outgoing.destroy(new Error(`no answer within ${timeoutMilliseconds / 1000} s`)),
      );
      if (Buffer.isBuffer(body)) outgoing.end(body);
      else {
        body.on('error', (error) => outgoing.destroy(error));
        body.pipe(outgoing);
      }
    });
  return {
    ask,
    unreachable: () =>
      new Promise((resolve) => {
        const socket = connect({ host, port, timeout: REACH_MILLISECONDS });
        const end = (reason?: string) => {
          socket.destroy();
          resolve(reason);
        };
        socket.on('connect', () => end());
        socket.on('timeout', () => end(`no answer within ${REACH_MILLISECONDS / 1000} s`));
        socket.on('error', (error) => end(error.message));
      }),
    close: () => agent.destroy(),
    url: `${protocol}://${host.includes(':') ? `[${host}]` : host}:${port}`,
  };
}
