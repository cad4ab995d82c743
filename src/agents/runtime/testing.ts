import type { Log } from '../../log/log.ts';

type Level = 'debug' | 'info' | 'warning' | 'error';

/** A log that keeps its lines, for tests that look at what an agent says. */
export interface RecordingLog extends Log {
  lines(level: Level): string[];
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
    lines: (level) => kept.filter((line) => line.level === level).map((line) => line.text),
  };
  return log;
}
