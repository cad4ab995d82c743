import { parseCommandLine, UsageError, usage } from '../config/commandLine.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/option.ts';
import { VERSION } from '../config/version.ts';
import { reportNotices } from './notices.ts';
import { openLog, type ProcessLog } from './open.ts';

/**
 * What every daemon does first: answers --help and --version, reads the configuration, opens the log and reports
 * what is wrong with the configuration. Ends the process when it cannot go on (exit code 2 for a wrong command line,
 * 1 for a configuration that does not parse or a log that cannot be opened).
 */
export function startProgram(
  program: string,
  argv: readonly string[] = process.argv.slice(2),
): { readonly config: Config; readonly log: ProcessLog } {
  const refuse = (code: number, text: string): never => {
    process.stderr.write(`${text}\n`);
    process.exit(code);
  };
  try {
    const { help, version } = parseCommandLine(argv);
    if (help || version) {
      process.stdout.write(`${help ? usage(program) : `${program} ${VERSION}`}\n`);
      process.exit(0);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    refuse(2, `${usage(program)}\n\n${program}: error: ${error.message}`);
  }
  const config = loadConfig({ program, argv });
  const open = (): ProcessLog => {
    try {
      return openLog(config, { program });
    } catch (error) {
      return refuse(1, `${program}: the log cannot be opened: ${(error as Error).message}`);
    }
  };
  const log = open();
  if (!reportNotices(config, log)) {
    log.error(`${program} does not start: correct the configuration first.`);
    process.exit(1);
  }
  return { config, log };
}
