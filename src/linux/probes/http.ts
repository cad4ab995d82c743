import { request } from 'node:http';
import { Socket } from 'node:net';
import { connectTcp, type TcpOptions, type TcpResult } from './tcp.ts';

export interface HttpOptions extends TcpOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export type HttpResult =
  | { readonly result: 'answered'; readonly status: number; readonly body: string; readonly date?: string }
  /** There is no connection; or there is, and no (whole) answer came by it: 'broken off', 'timeout'. */
  | { readonly result: Exclude<TcpResult['result'], 'open'> | 'broken off'; readonly reason?: string };

const BODY_LIMIT = 16_384;

/**
 * Asks an HTTP server whose URL names an IP address; GET unless told. `body` is its beginning (16 KiB); `date` is the
 * server's clock. Throws SocketFailed, NamespaceMissing.
 */
export async function http(url: string, options: HttpOptions = {}): Promise<HttpResult> {
  const { hostname, port } = new URL(url);
  const address = hostname.replace(/^\[|\]$/g, '');
  const { outcome, socket } = await connectTcp(address, Number(port) || 80, options);
  if (outcome.result !== 'open') {
    socket.close();
    return outcome;
  }
  return ask(url, new Socket({ fd: socket.fd }), options);
}

function ask(url: string, connection: Socket, options: HttpOptions): Promise<HttpResult> {
  const { method = 'GET', headers = {}, milliseconds = 2000 } = options;
  return new Promise((resolve) => {
    const end = (result: HttpResult) => {
      clearTimeout(timer);
      connection.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => end({ result: 'timeout' }), milliseconds);
    const breaks = (error: Error) => end({ result: 'broken off', reason: error.message });
    const sent = request(
      url,
      { method, headers: { ...headers, connection: 'close' }, createConnection: () => connection },
      (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (text: string) => {
          body = (body + text).slice(0, BODY_LIMIT);
        });
        answer.on('error', breaks);
        answer.on('end', () => {
          const { date } = answer.headers;
          end({
            result: 'answered',
            status: answer.statusCode ?? 0,
            body,
            ...(date === undefined ? {} : { date }),
          });
        });
      },
    );
    sent.on('error', breaks);
    sent.end();
  });
}
