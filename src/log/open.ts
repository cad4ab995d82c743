import { resolve } from 'node:path';
import type { Config } from '../config/option.ts';
import { logging } from '../config/options/index.ts';
import type { RpcContext } from '../messaging/transport.ts';
import { type Destination, openDestination } from './destination.ts';
import { jsonFormatter } from './json.ts';
import { lineFormatter } from './line.ts';
import type { Log } from './log.ts';
import { maskSecrets } from './mask.ts';
import { type Formatter, LEVELS, type Level } from './record.ts';
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
export function logOf(parts: Parts, module: string): Log {
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

/**
 * Opens the log that the options ask for: log_file, or a file named after the program in log_dir, or standard error.
 * SIGHUP opens the file again. Throws when the file cannot be opened.
 */
export function openLog(config: Config, { program }: { readonly program: string }): ProcessLog {
  const options = config.group(logging);
  const name = options.log_file ?? (options.log_dir === null ? null : `${program}.log`);
  const destination = openDestination(name === null ? undefined : resolve(options.log_dir ?? '', name));
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
