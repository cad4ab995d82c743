import type { Log } from '../log/log.ts';

type Level = 'debug' | 'info' | 'warning' | 'error';

/** A log that keeps its lines, for tests that look at what is said. */
export interface RecordingLog extends Log {
  /** The texts of one level, or of all, in order; those of named() logs too. */
  lines(level?: Level): string[];
}

export function recordingLog(): RecordingLog {
  const kept: { level: Level; text: string }[] = [];
  const keep = (level: Level) => (text: string) => {
    kept.push({ level, text });
  };
  const log: RecordingLog = {
    debug: keep('debug'),
    info: keep('info'),
    warning: keep('warning'),
    error: keep('error'),
    named: () => log,
    lines: (level) =>
      kept.filter((line) => level === undefined || line.level === level).map((line) => line.text),
  };
  return log;
}
