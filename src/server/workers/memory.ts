import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { cFunction } from '../../linux/libc.ts';

const LOOK_MS = 1000;
/** The share of the time between two looks in which a quiet process does something. */
const QUIET = 0.05;
/** More than what comes and goes anyway. */
const GROWTH_BYTES = 16 * 1024 * 1024;

/** What the C library keeps of memory that was freed, it gives back (malloc_trim(3)): buffers, and what V8 compiles with. */
const trim = cFunction<number>('int malloc_trim(size_t pad)');

/** V8's collector. With --expose-gc on the command line node does without its snapshot and its compile cache at start. */
function collector(): NodeJS.GCFunction {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as NodeJS.GCFunction;
  setFlagsFromString('--no-expose-gc');
  return gc;
}

/**
 * Gives memory back while there is nothing to do. V8 collects garbage when it wants room, and keeps the room: after a burst
 * of long lists a worker would hold some 300 MiB for good, of which it uses 30. A collection takes some tens of milliseconds.
 *
 * @returns how to end it
 */
export function giveMemoryBack(): () => void {
  const gc = collector();
  let kept = 0;
  let before = performance.eventLoopUtilization();
  const look = () => {
    const { utilization } = performance.eventLoopUtilization(before);
    before = performance.eventLoopUtilization();
    if (utilization > QUIET || process.memoryUsage.rss() < kept + GROWTH_BYTES) return;
    gc({ type: 'major', flavor: 'last-resort', execution: 'sync' });
    trim(0);
    kept = process.memoryUsage.rss();
    before = performance.eventLoopUtilization();
  };
  const timer = setInterval(look, LOOK_MS).unref();
  return () => clearInterval(timer);
}
