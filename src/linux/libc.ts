import { createRequire } from 'node:module';

interface CFunction<Result> {
  (...args: unknown[]): Result;
  /** The same from another thread; the last argument is called when it is done. */
  async(...args: [...unknown[], (error: Error | null, result: Result) => void]): void;
}

interface LibC {
  func<Result>(signature: string): CFunction<Result>;
}

interface PollHandle {
  close(): void;
}

/** What is used of koffi, the library that calls into C. */
interface Koffi {
  load(name: string): LibC;
  /** The address of a buffer's memory; the caller keeps the buffer alive while it is used. */
  address(buffer: Buffer): bigint;
  /** The error number of the last call. */
  errno(): number;
  readonly os: { readonly errno: Readonly<Record<string, number>> };
  readonly node: {
    /** Tells, by the event loop, when a file descriptor can be read or written, or has an error. */
    poll(fd: number, events: { readable?: true; writable?: true }, callback: () => void): PollHandle;
  };
}

let koffi: Koffi | undefined;
let libc: LibC | undefined;

/** koffi, loaded at first use: it costs 20 ms at start. */
export function loadKoffi(): Koffi {
  koffi ??= createRequire(import.meta.url)('koffi') as Koffi;
  return koffi;
}

/** A function of the C library, by its declaration in C. The library is loaded at the first call. */
export function cFunction<Result = number>(declaration: string): CFunction<Result> {
  let declared: CFunction<Result> | undefined;
  const load = (): CFunction<Result> => {
    libc ??= loadKoffi().load('libc.so.6');
    declared ??= libc.func(declaration);
    return declared;
  };
  return Object.assign((...args: unknown[]) => load()(...args), {
    async: (...args: Parameters<CFunction<Result>['async']>) => load().async(...args),
  });
}

/** The name of an error number: ENOENT, EMFILE. */
export const errorName = (number: number): string =>
  Object.entries(loadKoffi().os.errno).find(([, value]) => value === number)?.[0] ?? `error ${number}`;

/** What an error number means. */
export const errorText: (number: number) => string = cFunction<string>('const char *strerror(int number)');

/** Why a call failed: by the error number that it returned, or that of the last call. `code` is the number's name. */
export const systemError = (what: string, errno = loadKoffi().errno()): Error & { readonly code: string } =>
  Object.assign(new Error(`${what}: ${errorText(errno)}`), { code: errorName(errno) });
