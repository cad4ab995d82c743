import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

const HEAD_END = '\r\n\r\n';

/** Gets the same thing again and again on one connection, at next to no cost of its own. */
export interface Getter {
  /** @returns milliseconds; rejects unless the answer is 200 */
  get(): Promise<number>;
  close(): void;
}

/** Waits for one whole answer that tells its length. */
function answerOn(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let [received, needed] = [0, Number.POSITIVE_INFINITY];
    const done = (result: () => void) => {
      socket.off('data', take).off('close', lost);
      result();
    };
    const lost = () => done(() => reject(new Error('the server closed the connection')));
    const take = (chunk: Buffer) => {
      chunks.push(chunk);
      received += chunk.length;
      if (needed === Number.POSITIVE_INFINITY) {
        const head = Buffer.concat(chunks).toString('latin1');
        const end = head.indexOf(HEAD_END);
        const length = /^content-length: *(\d+)/im.exec(head)?.[1];
        if (end >= 0 && length === undefined) return done(() => reject(new Error(`no length: ${head}`)));
        if (end >= 0) needed = end + HEAD_END.length + Number(length);
      }
      if (received >= needed) done(() => resolve(Buffer.concat(chunks).toString()));
    };
    socket.on('data', take).on('close', lost);
  });
}

export async function getter(url: string, headers: Readonly<Record<string, string>>): Promise<Getter> {
  const { hostname, port, host, pathname, search } = new URL(url);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const request = `GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n${lines.join('')}\r\n`;
  return {
    async get() {
      const start = performance.now();
      socket.write(request);
      const answer = await answerOn(socket);
      if (!answer.startsWith('HTTP/1.1 200')) throw new Error(answer.slice(0, 500));
      return performance.now() - start;
    },
    close: () => socket.destroy(),
  };
}

/** Several of them. */
export const getters = (count: number, url: string, headers: Readonly<Record<string, string>>) =>
  Promise.all(Array.from({ length: count }, () => getter(url, headers)));
