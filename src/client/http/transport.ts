import type { RequestOptions } from 'node:https';
import { ClientError } from '../errors.ts';
import type { Log } from '../log.ts';

export interface Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Response {
  readonly status: number;
  readonly reason: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface TransportOptions {
  /** Milliseconds without an answer before a request fails. */
  readonly timeout: number | undefined;
  readonly insecure: boolean;
  readonly ca: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** The server could not be reached, or did not answer as HTTP. */
export class ConnectionError extends Error {
  readonly reason: string;
  constructor(url: string, reason: string) {
    super(`Unable to establish connection to ${url}: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Sends HTTP requests over connections that are kept for the next request. Fails with ConnectionError, or ClientError
 * for a certificate that is not trusted.
 */
export interface Transport {
  send(request: Request): Promise<Response>;
  close(): void;
}

export const createTransport = (options: TransportOptions, log: Log): Transport => {
  // As an ES module import, node:http would also load fetch and WebSocket: 45 ms.
  const http = process.getBuiltinModule('node:http');
  const openers = new Map<string, Opener>();
  const openerFor = (url: string): Opener => {
    const scheme = url.startsWith('https:') ? 'https' : 'http';
    let opener = openers.get(scheme);
    if (opener === undefined) {
      const { request, Agent } = scheme === 'https' ? process.getBuiltinModule('node:https') : http;
      const settings = scheme === 'https' ? tlsOptions(options) : {};
      opener = { request, settings, agent: new Agent({ keepAlive: true }) };
      openers.set(scheme, opener);
    }
    return opener;
  };

  const exchange = (request: Request): Promise<Response> =>
    new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException): void =>
        reject(
          certificateProblem.test(error.code ?? '')
            ? new ClientError(`SSL certificate validation has failed: ${error.message}`, undefined, error)
            : new ConnectionError(request.url, describe(error)),
        );
      const { request: open, settings, agent } = openerFor(request.url);
      const body = request.body === undefined ? undefined : Buffer.from(request.body);
      const outgoing = open(request.url, {
        ...settings,
        agent,
        method: request.method,
        headers: { ...request.headers, 'Content-Length': body?.length ?? 0 },
        ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error('Request timed out')));
      outgoing.on('error', fail);
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', fail);
        incoming.on('end', () =>
          resolve({
            status: incoming.statusCode ?? 0,
            reason: incoming.statusMessage ?? '',
            headers: flatHeaders(incoming.headers),
            text: Buffer.concat(chunks).toString(),
          }),
        );
      });
      outgoing.end(body);
    });

  return {
    async send(request) {
      if (!log.debugs) return exchange(request);
      log.debug('keystoneauth.session', `REQ: ${curl(request)}`);
      const response = await exchange(request);
      log.debug('keystoneauth.session', `RESP: [${response.status}] ${headerText(response.headers)}`);
      if (response.text !== '') log.debug('keystoneauth.session', `RESP BODY: ${maskBody(response.text)}`);
      const id = response.headers['x-openstack-request-id'];
      if (id)
        log.debug('keystoneauth.session', `${request.method} call to ${request.url} used request id ${id}`);
      return response;
    },
    close() {
      for (const { agent } of openers.values()) agent.destroy();
    },
  };
};

interface Opener {
  readonly request: typeof import('node:http').request;
  readonly agent: import('node:http').Agent;
  readonly settings: RequestOptions;
}

const certificateProblem = /CERT|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/;

const describe = (error: NodeJS.ErrnoException & { errors?: Error[] }): string =>
  (error.errors?.[0]?.message ?? error.message) || error.code || 'connection failed';

const flatHeaders = (headers: NodeJS.Dict<string | string[]>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));

const tlsOptions = (options: TransportOptions): RequestOptions => {
  const { readFileSync } = process.getBuiltinModule('node:fs');
  const read = (path: string | undefined): Buffer | undefined => (path ? readFileSync(path) : undefined);
  const cert = read(options.certificate);
  return {
    rejectUnauthorized: !options.insecure,
    ...(options.ca ? { ca: read(options.ca) } : {}),
    ...(cert ? { cert, key: read(options.key) ?? cert } : {}),
  };
};

const secretHeaders = new Set(['x-auth-token', 'x-subject-token', 'authorization']);

const masked = (value: string): string =>
  `{SHA256}${process.getBuiltinModule('node:crypto').createHash('sha256').update(value).digest('hex')}`;

const curl = ({ method, url, headers, body }: Request): string => {
  const shown = Object.keys(headers)
    .sort()
    .map(
      (name) =>
        `-H "${name}: ${secretHeaders.has(name.toLowerCase()) ? masked(headers[name]!) : headers[name]}"`,
    );
  const data = body === undefined ? [] : [`-d '${maskBody(body)}'`];
  return ['curl -g -i -X', method, url, ...shown, ...data].join(' ');
};

const headerText = (headers: Readonly<Record<string, string>>): string =>
  Object.keys(headers)
    .sort()
    .map((name) => `${titled(name)}: ${secretHeaders.has(name) ? masked(headers[name]!) : headers[name]}`)
    .join(' ');

const titled = (name: string): string => name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());

const maskBody = (body: string): string =>
  body.replace(/"(password|adminPass|secret)"(\s*:\s*)"(?:[^"\\]|\\.)*"/g, '"$1"$2"***"');
