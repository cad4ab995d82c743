import type { RpcContext } from '../messaging/transport.ts';

export type Level = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

/** Python's level numbers. */
export const LEVELS: Readonly<Record<string, number>> = {
  DEBUG: 10,
  INFO: 20,
  WARN: 30,
  WARNING: 30,
  ERROR: 40,
  CRITICAL: 50,
};

/** One event, before it becomes a line. */
export interface LogRecord {
  readonly time: Date;
  readonly level: Level;
  readonly module: string;
  readonly text: string;
  readonly context?: RpcContext;
}

export type Formatter = (record: LogRecord) => string;
