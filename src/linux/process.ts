import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { within } from './setns.ts';

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  /** Run inside this named network namespace. */
  readonly netns?: string | undefined;
  readonly env?: Readonly<Record<string, string>>;
}

export interface RunOptions extends StartOptions {
  readonly input?: string;
  /** Exit codes that are not an error; [0] unless told. */
  readonly allowed?: readonly number[];
}

/** A program that ended with an exit code nobody allowed; the message holds command, code and stderr. */
export class CommandFailed extends Error {
  readonly result: RunResult;

  constructor(command: readonly string[], result: RunResult, netns?: string) {
    const where = netns === undefined ? '' : ` (in namespace ${netns})`;
    super(
      `${command.join(' ')}${where}: exit code ${result.code}: ${result.stderr.trim() || result.stdout.trim()}`,
    );
    this.name = 'CommandFailed';
    this.result = result;
  }
}

/** Starts a program and leaves it running; the caller owns its life. Throws NamespaceMissing. */
export function start(
  command: readonly string[],
  options: StartOptions = {},
): ChildProcessWithoutNullStreams {
  const [program, ...args] = command as [string, ...string[]];
  const env = { ...process.env, ...options.env };
  return within(options.netns, () => spawn(program, args, { env }));
}

/** Runs a program to its end and returns what it printed. Rejects with CommandFailed, NamespaceMissing or ENOENT. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve, reject) => {
    const child = start(command, options);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') error.message = `The program ${command[0]} is not installed on this host`;
      reject(error);
    });
    child.on('close', (code, signal) => {
      const result = { code: code ?? (signal ? 128 : 1), stdout, stderr };
      if ((options.allowed ?? [0]).includes(result.code)) resolve(result);
      else reject(new CommandFailed(command, result, options.netns));
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}
