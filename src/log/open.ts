import { resolve } from 'node:path';
import type { Config, Values } from '../config/option.ts';
import { logging } from '../config/options/index.ts';
import type { RpcContext } from '../messaging/transport.ts';
import { type Destination, openFile, openStandardError } from './destination.ts';
import { jsonFormatter } from './json.ts';
import { lineFormatter } from './line.ts';
import type { Log } from './log.ts';
import { maskSecrets } from './mask.ts';
import { type Formatter, LEVELS, type Level } from './record.ts';
import { bySize, byTime, type Rotation } from './rotation.ts';
import { thresholds } from './threshold.ts';

/** The log of a whole process. */
export interface ProcessLog extends Log {
  reopen(): void;
  close(): void;
}

interface Parts {
  readonly destination: Destination;
  readonly format: Formatter;
  readonly threshold: (module: string) => number;
}

/** A Log of a module over given parts. */
function logOf(parts: Parts, module: string): Log {
  const least = parts.threshold(module);
  const at =
    (level: Level) =>
    (text: string, context?: RpcContext): void => {
      if (LEVELS[level]! < least) return;
      const time = new Date();
      const record = { time, level, module, text: maskSecrets(text), ...(context ? { context } : {}) };
      parts.destination.write(parts.format(record));
    };
  return {
    debug: at('DEBUG'),
    info: at('INFO'),
    warning: at('WARNING'),
    error: at('ERROR'),
    named: (name) => logOf(parts, name),
  };
}

type LogOptions = Values<(typeof logging)['options']>;

const MEGABYTE = 1024 * 1024;

function rotationOf(options: LogOptions): Rotation | undefined {
  const { log_rotation_type: type, max_logfile_count: keep } = options;
  if (type === 'size') return bySize(options.max_logfile_size_mb * MEGABYTE, keep);
  if (type === 'interval') return byTime(options.log_rotate_interval_type, options.log_rotate_interval, keep);
  return undefined;
}

/** Options that say where to log to, which this log does not follow. */
function unheeded(options: LogOptions): string[] {
  return [
    ...(options.use_syslog || options.use_journal
      ? ['use_syslog and use_journal have no effect: standard error is what systemd writes to its journal.']
      : []),
    ...(options.log_config_append === null
      ? []
      : ["log_config_append has no effect: it is Python's format."]),
  ];
}

/**
 * Opens the log that the options ask for: log_file, or a file named after the program in log_dir, or standard error.
 * SIGHUP opens the file again. Throws when the file cannot be opened.
 */
export function openLog(config: Config, { program }: { readonly program: string }): ProcessLog {
  const options = config.group(logging);
  const name = options.log_file ?? (options.log_dir === null ? null : `${program}.log`);
  const destination =
    name === null ? openStandardError() : openFile(resolve(options.log_dir ?? '', name), rotationOf(options));
  const format = options.use_json
    ? jsonFormatter(options.log_date_format)
    : lineFormatter({
        withContext: options.logging_context_format_string,
        withoutContext: options.logging_default_format_string,
        furtherLines: options.logging_exception_prefix,
        userIdentity: options.logging_user_identity_format,
        date: options.log_date_format,
      });
  const threshold = thresholds(options.default_log_levels, options.debug);
  const log = logOf({ destination, format, threshold }, program.replaceAll('-', '.'));
  for (const text of unheeded(options)) log.warning(`[DEFAULT] ${text}`);
  process.on('SIGHUP', destination.reopen);
  return {
    ...log,
    reopen: destination.reopen,
    close() {
      process.off('SIGHUP', destination.reopen);
      destination.close();
    },
  };
}
