import { createInterface } from 'node:readline/promises';
import type { Finding } from '../health/finding.ts';
import { CommandFailed, run } from '../linux/process.ts';

/** What became of the command of a problem that can be fixed without risk. */
export interface Fixed {
  readonly code: string;
  readonly command: string;
  readonly result: 'done' | 'failed' | 'not run';
  /** Why it failed or was not run. */
  readonly why?: string;
}

export interface FixOptions {
  /** The host that this is: commands of findings on others are not run here. */
  readonly host: string;
  readonly root: boolean;
  /** Run without asking. */
  readonly yes: boolean;
  /** Shows a line to the operator. */
  say(line: string): void;
  /** Asks the operator; undefined where nobody can be asked. */
  readonly ask: ((question: string) => Promise<boolean>) | undefined;
}

/** Asks on the terminal; undefined when standard input is none. */
export const terminalQuestion = (): FixOptions['ask'] =>
  process.stdin.isTTY
    ? async (question) => {
        const terminal = createInterface({ input: process.stdin, output: process.stderr });
        try {
          return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim());
        } finally {
          terminal.close();
        }
      }
    : undefined;

/** Runs, one after the other, the commands of those problems that are declared safe; each is shown before it is run. */
export async function fix(problems: readonly Finding[], options: FixOptions): Promise<readonly Fixed[]> {
  const { host, say } = options;
  const fixable = problems.filter(
    (one) => one.safe && one.command !== undefined && (one.host ?? host) === host,
  );
  const fixed: Fixed[] = [];
  for (const { code, text, command } of fixable) {
    say(`${code}: ${text}`);
    say(`  ${command}`);
    const outcome = await carryOut(command!, options);
    say(`  ${outcome.result}${outcome.why === undefined ? '' : `: ${outcome.why}`}`);
    fixed.push({ code, command: command!, ...outcome });
  }
  if (fixable.length === 0) say('nothing of this can be fixed without risk by a command');
  return fixed;
}

async function carryOut(
  command: string,
  { root, yes, ask }: FixOptions,
): Promise<Pick<Fixed, 'result' | 'why'>> {
  if (!root) return { result: 'not run', why: 'it needs root' };
  if (!yes && ask === undefined)
    return { result: 'not run', why: 'there is no terminal to ask on; --yes runs it' };
  if (!yes && !(await ask!('  run it?'))) return { result: 'not run' };
  try {
    await run(['sh', '-c', command]);
    return { result: 'done' };
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    return { result: 'failed', why: error.result.stderr.trim() || `exit code ${error.result.code}` };
  }
}
