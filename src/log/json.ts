import { hostname } from 'node:os';
import { dateFormatter } from './line.ts';
import { type Formatter, LEVELS } from './record.ts';

/** One JSON object a line, with the keys of oslo.log's JSONFormatter. */
export function jsonFormatter(dateFormat: string): Formatter {
  const date = dateFormatter(dateFormat);
  const host = hostname();
  return ({ time, level, module, text, context }) =>
    `${JSON.stringify({
      message: text,
      asctime: date(time),
      name: module,
      levelname: level,
      levelno: LEVELS[level],
      created: time.getTime() / 1000,
      msecs: time.getMilliseconds(),
      process: process.pid,
      context: context ?? {},
      hostname: host,
    })}\n`;
}
