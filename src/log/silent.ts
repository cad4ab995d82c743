import type { Log } from './log.ts';

/** A log that keeps quiet. */
export const silentLog: Log = {
  debug() {},
  info() {},
  warning() {},
  error() {},
  named: () => silentLog,
};
