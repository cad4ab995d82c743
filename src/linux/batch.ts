import { carryOut } from './netlink/carryOut.ts';
import { CommandFailed, run } from './process.ts';

export interface BatchOptions {
  readonly netns?: string | undefined;
  /** What a line means that names no address, as `route del default`; IPv4 when absent. */
  readonly family?: 4 | 6;
  /** Go on after a line that fails; the failures are returned instead of thrown. */
  readonly force?: boolean;
}

export interface BatchFailure {
  readonly line: string;
  readonly error: string;
}

/** A line of a batch that the kernel refused; nothing after it was run. */
export class BatchFailed extends Error {
  readonly failure: BatchFailure;

  constructor(tool: string, failure: BatchFailure, netns: string | undefined) {
    super(
      `${tool} ${failure.line}${netns === undefined ? '' : ` (in namespace ${netns})`}: ${failure.error}`,
    );
    this.name = 'BatchFailed';
    this.failure = failure;
  }
}

/**
 * Carries out lines in the words of iproute2's `ip`, in order: 'link set tap0 up', 'addr add 10.0.0.1/24 dev br0', …,
 * by netlink, without a process. Stops at the first refused line and rejects with BatchFailed, unless `force`.
 */
export const ip = (lines: readonly string[], options: BatchOptions = {}) => byNetlink('ip', lines, options);

/** The same for iproute2's `bridge`: 'fdb replace MAC dev vxlan-1 dst 10.0.0.2', … */
export const bridge = (lines: readonly string[], options: BatchOptions = {}) =>
  byNetlink('bridge', lines, options);

async function byNetlink(
  tool: 'ip' | 'bridge',
  lines: readonly string[],
  options: BatchOptions,
): Promise<readonly BatchFailure[]> {
  if (lines.length === 0) return [];
  const failures = await carryOut(lines, options);
  if (failures.length > 0 && !options.force) throw new BatchFailed(tool, failures[0]!, options.netns);
  return failures;
}

/**
 * Runs lines of iproute2's `tc` in one process: 'qdisc replace dev tap0 root tbf rate 250000bps burst 1000b latency
 * 50ms', … Fails as `ip` does.
 */
export async function tc(
  lines: readonly string[],
  { netns, force }: BatchOptions = {},
): Promise<readonly BatchFailure[]> {
  if (lines.length === 0) return [];
  const command = ['tc', ...(force ? ['-force'] : []), '-batch', '-'];
  const result = await run(command, { netns, input: `${lines.join('\n')}\n`, allowed: [0, 1, 2, 255] });
  if (result.code === 0) return [];
  const failures = readFailures(result.stderr, lines);
  if (failures.length === 0) throw new CommandFailed(command, result, netns);
  if (!force) throw new BatchFailed('tc', failures[0]!, netns);
  return failures;
}

/** Pairs each 'Command failed -:LINE' of a batch's stderr with the text printed before it. */
function readFailures(stderr: string, lines: readonly string[]): readonly BatchFailure[] {
  const failures: BatchFailure[] = [];
  let text: string[] = [];
  for (const row of stderr.split('\n')) {
    const failed = /^Command failed -:(\d+)/.exec(row);
    if (failed) {
      failures.push({ line: lines[Number(failed[1]) - 1] ?? '', error: text.join(' ') || 'refused' });
      text = [];
    } else if (row.trim() !== '') text.push(row.trim());
  }
  return failures;
}
