/** What goes to stderr besides results: warnings and errors always, requests when debugging. */
export interface Log {
  readonly debugs: boolean;
  debug(logger: string, text: string): void;
  /** A warning or error; with --debug it carries its level and logger. */
  warning(logger: string, text: string): void;
  error(logger: string, text: string): void;
}

export const createLog = (debugs: boolean): Log => {
  const write = (level: string, logger: string, text: string): void => {
    process.stderr.write(debugs ? `${level}: ${logger} ${text}\n` : `${text}\n`);
  };
  return {
    debugs,
    debug: (logger, text) => debugs && write('DEBUG', logger, text),
    warning: (logger, text) => write('WARNING', logger, text),
    error: (logger, text) => write('ERROR', logger, text),
  };
};
