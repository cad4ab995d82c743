import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { contentOf, memoryFile } from './memoryFile.ts';
import { posixSpawn } from './posixSpawn.ts';
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
export async function run(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const files: number[] = [];
  try {
    for (const content of [options.input ?? '', '', '']) files.push(memoryFile(content));
    const [input, output, error] = files as [number, number, number];
    const env = { ...process.env, ...options.env };
    const code = await within(options.netns, () => posixSpawn(command, env, [input, output, error]));
    const result = { code, stdout: contentOf(output), stderr: contentOf(error) };
    if ((options.allowed ?? [0]).includes(result.code)) return result;
    throw new CommandFailed(command, result, options.netns);
  } finally {
    for (const fd of files) closeSync(fd);
  }
}
