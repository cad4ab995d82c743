import { readFileSync } from 'node:fs';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { MILLISECONDS } from './reach.ts';

/** How to trust a server and be trusted by it; file names. */
export interface Tls {
  readonly insecure?: boolean | undefined;
  readonly ca?: string | undefined;
  readonly certificate?: string | undefined;
  readonly key?: string | undefined;
}

export interface Question {
  readonly method?: 'GET' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly tls?: Tls;
  readonly milliseconds?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const LARGEST = 4 * 1024 * 1024;

const fileOf = (path: string | undefined): string | undefined =>
  path === undefined || path === '' ? undefined : readFileSync(path, 'utf8');

/** Asks a service once, without redirects or a second try. Rejects when it cannot be reached or is too slow. */
export function ask(url: string, question: Question = {}): Promise<Answer> {
  const { method = 'GET', headers = {}, body, tls = {}, milliseconds = MILLISECONDS } = question;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const isSecure = url.startsWith('https:');
  return new Promise((resolve, reject) => {
    const options = {
      method,
      headers: {
        Accept: 'application/json',
        Connection: 'close',
        ...(text === undefined
          ? {}
          : { 'Content-Type': 'application/json', 'Content-Length': String(Buffer.byteLength(text)) }),
        ...headers,
      },
      signal: AbortSignal.timeout(milliseconds),
      agent: false,
    };
    const trust = {
      rejectUnauthorized: !tls.insecure,
      ca: fileOf(tls.ca),
      cert: fileOf(tls.certificate),
      key: fileOf(tls.key),
    };
    const asked = isSecure ? secure(url, { ...options, ...trust }) : plain(url, options);
    asked.on('response', (response) => {
      let answer = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        answer += part;
        if (answer.length > LARGEST) response.destroy();
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers as Record<string, string>,
          text: answer,
        }),
      );
    });
    asked.on('error', (error) =>
      reject(error.name === 'AbortError' ? new Error(`no answer within ${milliseconds / 1000} s`) : error),
    );
    asked.end(text);
  });
}

/** The object that an answer holds, or undefined when it is none. */
export function objectIn({ text }: Answer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
