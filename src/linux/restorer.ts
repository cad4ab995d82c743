import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { CommandFailed, run, start } from './process.ts';
import { fileOfProgram, hasProgram } from './programs.ts';

/** Has a program write each line by itself, though it writes to a pipe. */
const BY_LINES = ['stdbuf', '-oL'];

const OF_THE_FAMILY = /\/xtables-(nft|legacy)-multi$/;
/** A program that has not answered a comment by then keeps its answers to itself. */
const HANDSHAKE_MILLISECONDS = 5000;

const restorers = new Map<string, Restorer>();

/** The one of a command for the namespace that this process itself is in. */
export function restorerOf(command: readonly string[]): Restorer {
  const key = command.join(' ');
  const known = restorers.get(key) ?? new Restorer(command);
  restorers.set(key, known);
  return known;
}

/** A transaction that the program has not answered. */
interface Asked {
  readonly mark: string;
  done(): void;
  failed(error: Error): void;
}

/** A process of the program. */
interface Running {
  /** What the program's name led to when it was started. */
  readonly file: string;
  readonly child: ChildProcessWithoutNullStreams;
  /** Lines it was given in all, by which it counts, and until the last transaction. */
  given: number;
  before: number;
  stderr: string;
  asked: Asked | undefined;
}

/**
 * A program of the iptables family that restores rules and keeps running between two transactions: starting it takes many
 * times as long as what it does then. It ends with the process it belongs to, and after a line that it refuses.
 */
class Restorer {
  readonly #command: readonly string[];
  #running: Running | undefined;
  /** Files of programs that know no --verbose, as before iptables 1.8.8, or do not answer line by line. */
  readonly #startedEachTime = new Set<string>();
  #last: Promise<unknown> = Promise.resolve();

  /** @param command e.g. ['iptables-restore', '--noflush']; it must take --verbose, by which it repeats comments */
  constructor(command: readonly string[]) {
    this.#command = command;
  }

  /**
   * Gives it tables, each from `*name` to `COMMIT`, when it is through with what it was given before. Rejects with CommandFailed;
   * numbers of lines in what it says count from the first of these.
   */
  restore(lines: readonly string[]): Promise<void> {
    const restoring = this.#last.then(() => this.#restore(lines));
    this.#last = restoring.catch(() => {});
    return restoring;
  }

  async #restore(lines: readonly string[]): Promise<void> {
    const file = fileOfProgram(this.#command[0]!);
    const running = file && (await this.#runningAs(file));
    if (running) await ask(running, lines);
    else await run(this.#command, { input: `${lines.join('\n')}\n` });
  }

  /**
   * What runs of this file, when it does what is needed for that; another variant of iptables that ran until now, of which there
   * are two on a host, ends.
   */
  async #runningAs(file: string): Promise<Running | undefined> {
    const before = this.#running;
    if (before?.file === file && before.child.exitCode === null && before.child.signalCode === null)
      return before;
    before?.child.stdin.end();
    this.#running = undefined;
    if (!OF_THE_FAMILY.test(file) || this.#startedEachTime.has(file) || !hasProgram(BY_LINES[0]!))
      return undefined;
    const running = begin(this.#command, file);
    const patience = setTimeout(() => running.child.kill('SIGKILL'), HANDSHAKE_MILLISECONDS);
    try {
      await ask(running, []);
      this.#running = running;
    } catch {
      this.#startedEachTime.add(file);
    } finally {
      clearTimeout(patience);
    }
    return this.#running;
  }
}

/** Gives a process lines; resolves when it has repeated the comment behind them, and rejects when it ends before. */
async function ask(running: Running, lines: readonly string[]): Promise<void> {
  const { child } = running;
  running.stderr = '';
  running.before = running.given;
  running.given += lines.length + 1;
  const mark = `# ${running.given}`;
  keepsWaiting(child, true);
  await new Promise<void>((done, failed) => {
    running.asked = { mark, done, failed };
    child.stdin.write(`${[...lines, mark].join('\n')}\n`);
  }).finally(() => {
    running.asked = undefined;
    keepsWaiting(child, false);
  });
}

function begin(command: readonly string[], file: string): Running {
  const child = start([...BY_LINES, ...command, '--verbose']);
  const running: Running = { file, child, given: 0, before: 0, stderr: '', asked: undefined };
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    running.stderr += text;
  });
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line === running.asked?.mark) running.asked.done();
  });
  child.stdin.on('error', () => {}); // it has ended, which is told below
  child.on('error', (error) => running.asked?.failed(error));
  child.on('close', (code) => {
    const number = (_: string, word: string, at: string) => word + String(Number(at) - running.before);
    const stderr = running.stderr.replace(/(line:? )(\d+)/g, number);
    running.asked?.failed(new CommandFailed(command, { code: code ?? 128, stdout: '', stderr }));
  });
  child.unref();
  return running;
}

/** Whether this process stays for what the program says; it does not stay for a program that has nothing to do. */
function keepsWaiting(child: ChildProcessWithoutNullStreams, waits: boolean): void {
  for (const stream of [child.stdin, child.stdout, child.stderr] as unknown as Socket[])
    if (waits) stream.ref();
    else stream.unref();
}
