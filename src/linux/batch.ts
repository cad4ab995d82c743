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
 * Runs lines of iproute2's `ip` in one process, in order: 'link set tap0 up', 'addr add 10.0.0.1/24 dev br0', …
 * Stops at the first refused line and rejects with BatchFailed, unless `force`.
 */
export const ip = (lines: readonly string[], options: BatchOptions = {}) => batch('ip', lines, options);

/** The same for iproute2's `bridge`: 'fdb replace MAC dev vxlan-1 dst 10.0.0.2', … */
export const bridge = (lines: readonly string[], options: BatchOptions = {}) =>
  batch('bridge', lines, options);

/** The same for iproute2's `tc`: 'qdisc replace dev tap0 root tbf rate 250000bps burst 1000b latency 50ms', … */
export const tc = (lines: readonly string[], options: BatchOptions = {}) => batch('tc', lines, options);

async function batch(
  tool: 'ip' | 'bridge' | 'tc',
  lines: readonly string[],
  options: BatchOptions,
): Promise<readonly BatchFailure[]> {
  if (lines.length === 0) return [];
  const { family, force } = options;
  const command = [tool, ...(family ? [`-${family}`] : []), ...(force ? ['-force'] : []), '-batch', '-'];
  const result = await run(command, {
    netns: options.netns,
    input: `${lines.join('\n')}\n`,
    allowed: [0, 1, 2, 255],
  });
  if (result.code === 0) return [];
  const failures = readFailures(result.stderr, lines);
  if (failures.length === 0) throw new CommandFailed(command, result, options.netns);
  if (!options.force) throw new BatchFailed(tool, failures[0]!, options.netns);
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
