import { spawn } from 'node:child_process';

export interface RunResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly input?: string;
  /** Run inside this named network namespace. */
  readonly netns?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are not an error; [0] unless told. */
  readonly allowed?: readonly number[];
}

/** A program that ended with an exit code nobody allowed; the message holds command, code and stderr. */
export class CommandFailed extends Error {
  readonly result: RunResult;

  constructor(command: readonly string[], result: RunResult) {
    super(`${command.join(' ')}: exit code ${result.code}: ${result.stderr.trim() || result.stdout.trim()}`);
    this.name = 'CommandFailed';
    this.result = result;
  }
}

/** Runs a program to its end and returns what it printed. */
export function run(command: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const whole = options.netns ? ['ip', 'netns', 'exec', options.netns, ...command] : command;
  const [program, ...args] = whole as [string, ...string[]];
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: { ...process.env, ...options.env } });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const result = { code: code ?? (signal ? 128 : 1), stdout, stderr };
      if ((options.allowed ?? [0]).includes(result.code)) resolve(result);
      else reject(new CommandFailed(whole, result));
    });
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
  });
}
