import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { CommandFailed, run, start } from './process.ts';
import { hasProgram } from './programs.ts';

/** Has a program write each line by itself, though it writes to a pipe. */
const BY_LINES = ['stdbuf', '-oL'];

const running = new Map<string, Restorer>();

/** The one of a command for the namespace that this process itself is in. */
export function restorerOf(command: readonly string[]): Restorer {
  const key = command.join(' ');
  const known = running.get(key) ?? new Restorer(command);
  running.set(key, known);
  return known;
}

/** A transaction that the program has not answered. */
interface Asked {
  readonly mark: string;
  done(): void;
  failed(error: Error): void;
}

/**
 * A program of the iptables family that restores rules and keeps running between two transactions: starting it takes many
 * times as long as what it does then. It ends with the process it belongs to, and after a line that it refuses.
 */
class Restorer {
  readonly #command: readonly string[];
  #child: ChildProcessWithoutNullStreams | undefined;
  /** Lines it was given in all, by which it counts. */
  #given = 0;
  #before = 0;
  #asked: Asked | undefined;
  #stderr = '';
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
    if (![BY_LINES[0]!, this.#command[0]!].every(hasProgram)) {
      await run(this.#command, { input: `${lines.join('\n')}\n` });
      return;
    }
    this.#child ??= this.#begin();
    const child = this.#child;
    this.#stderr = '';
    this.#before = this.#given;
    this.#given += lines.length + 1;
    const mark = `# ${this.#given}`;
    keepsWaiting(child, true);
    await new Promise<void>((done, failed) => {
      this.#asked = { mark, done, failed };
      child.stdin.write(`${[...lines, mark].join('\n')}\n`);
    }).finally(() => {
      this.#asked = undefined;
      keepsWaiting(child, false);
    });
  }

  #begin(): ChildProcessWithoutNullStreams {
    const child = start([...BY_LINES, ...this.#command, '--verbose']);
    this.#given = 0;
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line === this.#asked?.mark) this.#asked.done();
    });
    child.stdin.on('error', () => {}); // it has ended, which is told below
    child.on('error', (error) => this.#ended(error));
    child.on('close', (code) => {
      const stderr = this.#stderr.replace(
        /(line:? )(\d+)/g,
        (_, word, number) => word + (number - this.#before),
      );
      this.#ended(new CommandFailed(this.#command, { code: code ?? 128, stdout: '', stderr }));
    });
    child.unref();
    return child;
  }

  #ended(error: Error): void {
    this.#child = undefined;
    this.#asked?.failed(error);
  }
}

/** Whether this process stays for what the program says; it does not stay for a program that has nothing to do. */
function keepsWaiting(child: ChildProcessWithoutNullStreams, waits: boolean): void {
  for (const stream of [child.stdin, child.stdout, child.stderr] as unknown as Socket[])
    if (waits) stream.ref();
    else stream.unref();
}
