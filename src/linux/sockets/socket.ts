import { cFunction, errorName, loadKoffi } from '../libc.ts';
import { within } from '../setns.ts';

/** Where a probe is sent from. */
export interface Place {
  /** A named network namespace; this process's own when not given. */
  readonly netns?: string | undefined;
  /** The device; the one that the route leads to when not given. */
  readonly device?: string | undefined;
}

/** The system refused a call on a socket; `code` is the error's name: EPERM, ENODEV, EMSGSIZE, ENETUNREACH, … */
export class SocketFailed extends Error {
  readonly code: string;

  constructor(call: string, code: string) {
    super(`${call}: ${code}`);
    this.name = 'SocketFailed';
    this.code = code;
  }
}

const call = {
  socket: cFunction('int socket(int domain, int type, int protocol)'),
  setsockopt: cFunction(
    'int setsockopt(int fd, int level, int name, const void *value, unsigned int length)',
  ),
  getsockopt: cFunction('int getsockopt(int fd, int level, int name, void *value, void *length)'),
  getsockname: cFunction('int getsockname(int fd, void *address, void *length)'),
  bind: cFunction('int bind(int fd, const void *address, unsigned int length)'),
  connect: cFunction('int connect(int fd, const void *address, unsigned int length)'),
  sendto: cFunction(
    'long sendto(int fd, const void *buffer, size_t size, int flags, const void *to, unsigned int length)',
  ),
  recvfrom: cFunction(
    'long recvfrom(int fd, void *buffer, size_t size, int flags, void *from, void *length)',
  ),
  close: cFunction('int close(int fd)'),
  indexOf: cFunction('unsigned int if_nametoindex(const char *name)'),
  nameOf: cFunction('size_t if_indextoname(unsigned int index, void *name)'),
};

const NONBLOCK_AND_CLOEXEC = 0x80800;
const SOL_SOCKET = 1;
const SO_ERROR = 4;
const SO_BINDTODEVICE = 25;

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_PACKET = 17;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;

/** The name of the last call's error number. */
const lastError = (): string => errorName(loadKoffi().errno());

/** A socket that never blocks, opened inside the place's namespace, where it stays. Close it. */
export interface Socket {
  readonly fd: number;
  setOption(level: number, name: number, value: Buffer | number): void;
  /** An option whose value is an int. */
  option(level: number, name: number): number;
  /** One whose value is 64 bits. */
  longOption(level: number, name: number): bigint;
  bind(address: Buffer): void;
  /** Returns false when the connection is still being made. */
  connect(address: Buffer): boolean;
  /** The address it is bound to: a sockaddr. */
  ownAddress(): Buffer;
  send(data: Buffer, to?: Buffer): void;
  /** Sends from another thread: for a call that the kernel may hold up. */
  sendAside(data: Buffer): Promise<void>;
  /** What has arrived, and the sockaddr of who sent it; undefined when nothing has. */
  receive(): { data: Buffer; from: Buffer } | undefined;
  /** The error that waits on the socket, by name; undefined when there is none. */
  pendingError(): string | undefined;
  /** Waits until it can be read or written or has an error: true; or until the time is over: false. */
  wait(event: 'readable' | 'writable', milliseconds: number): Promise<boolean>;
  close(): void;
}

/** Opens a socket. Throws SocketFailed (EPERM without root for raw ones, ENODEV), NamespaceMissing. */
export function openSocket({ netns, device }: Place, domain: number, type: number, protocol: number): Socket {
  const fd = within(netns, () => must('socket', call.socket(domain, type | NONBLOCK_AND_CLOEXEC, protocol)));
  const socket = handle(fd);
  if (device === undefined || domain === AF_PACKET) return socket;
  try {
    socket.setOption(SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${device}\0`));
    return socket;
  } catch (error) {
    socket.close();
    throw error;
  }
}

function must(name: string, result: number): number {
  if (result < 0) throw new SocketFailed(name, lastError());
  return result;
}

function handle(fd: number): Socket {
  const buffer = Buffer.alloc(65536);
  const from = Buffer.alloc(28);
  const length = Buffer.alloc(4);
  const read = (level: number, name: number, size: number): Buffer => {
    const value = Buffer.alloc(size);
    length.writeUInt32LE(size);
    must('getsockopt', call.getsockopt(fd, level, name, value, length));
    return value;
  };
  const option = (level: number, name: number): number => read(level, name, 4).readInt32LE(0);
  return {
    fd,
    option,
    longOption: (level, name) => read(level, name, 8).readBigUInt64LE(0),
    setOption(level, name, value) {
      const bytes = typeof value === 'number' ? int(value) : value;
      must('setsockopt', call.setsockopt(fd, level, name, bytes, bytes.length));
    },
    bind: (address) => void must('bind', call.bind(fd, address, address.length)),
    connect(address) {
      if (call.connect(fd, address, address.length) === 0) return true;
      const code = lastError();
      if (code !== 'EINPROGRESS') throw new SocketFailed('connect', code);
      return false;
    },
    ownAddress() {
      length.writeUInt32LE(from.length);
      must('getsockname', call.getsockname(fd, from, length));
      return Buffer.from(from.subarray(0, length.readUInt32LE(0)));
    },
    send: (data, to = null!) =>
      void must('send', Number(call.sendto(fd, data, data.length, 0, to, to?.length ?? 0))),
    sendAside: (data) =>
      new Promise((resolve, reject) => {
        call.sendto.async(fd, data, data.length, 0, null, 0, (error, result) => {
          if (error) reject(error);
          else if (Number(result) < 0) reject(new SocketFailed('send', lastError()));
          else resolve();
        });
      }),
    receive() {
      length.writeUInt32LE(from.length);
      const size = Number(call.recvfrom(fd, buffer, buffer.length, 0, from, length));
      if (size >= 0) return { data: Buffer.from(buffer.subarray(0, size)), from: Buffer.from(from) };
      const code = lastError();
      if (code === 'EAGAIN') return undefined;
      throw new SocketFailed('receive', code);
    },
    pendingError() {
      const number = option(SOL_SOCKET, SO_ERROR);
      return number === 0 ? undefined : errorName(number);
    },
    wait: (event, milliseconds) =>
      new Promise((resolve) => {
        if (milliseconds <= 0) return resolve(false);
        const done = (ready: boolean) => {
          clearTimeout(timer);
          poll.close();
          resolve(ready);
        };
        const poll = loadKoffi().node.poll(fd, { [event]: true }, () => done(true));
        const timer = setTimeout(() => done(false), milliseconds);
      }),
    close: () => void call.close(fd),
  };
}

/** A C int. */
function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

/** The index of the place's device. Throws SocketFailed ENODEV. */
export function deviceIndex({ netns, device }: Place & { readonly device: string }): number {
  const index = within(netns, () => call.indexOf(device));
  if (index === 0) throw new SocketFailed(`device ${device}`, 'ENODEV');
  return index;
}

/** Names of a namespace's devices, by their indices. */
export type DeviceNames = ReadonlyMap<number, string>;

/** Asks for them one by one; those that have gone are not among them. */
export function deviceNames(indices: Iterable<number>, netns?: string): DeviceNames {
  const name = Buffer.alloc(16);
  const find = (index: number): [number, string][] =>
    Number(call.nameOf(index, name)) === 0 ? [] : [[index, name.toString('utf8', 0, name.indexOf(0))]];
  return within(netns, () => new Map([...new Set(indices)].flatMap(find)));
}

/**
 * Takes what arrives until `take` returns true or the time is over; true when it was `take` that ended it.
 * `take` is given each packet and its sender's sockaddr.
 */
export async function receiveUntil(
  socket: Socket,
  milliseconds: number,
  take: (data: Buffer, from: Buffer) => boolean,
): Promise<boolean> {
  const end = performance.now() + milliseconds;
  for (;;) {
    for (let got = socket.receive(); got; got = socket.receive()) if (take(got.data, got.from)) return true;
    if (!(await socket.wait('readable', end - performance.now()))) return false;
  }
}
