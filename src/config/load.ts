import { readFileSync } from 'node:fs';
import { parseCommandLine, type Source } from './commandLine.ts';
import { type ParsedFile, parseFile } from './file.ts';
import type { Flag } from './given.ts';
import type { Config, ConfigNotice } from './option.ts';
import { resolveConfig } from './resolve.ts';
import { defaultDirectories, defaultFiles, filesOf } from './search.ts';

export interface LoadSettings {
  /** The command's name, e.g. neutron-server. */
  readonly program: string;
  /** Arguments after the command's name. */
  readonly argv: readonly string[];
}

const reason = (error: unknown): string => {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES') return 'permission denied';
  return message;
};

/**
 * Reads the configuration as oslo.config does: default files and directories, where the command line names none; each
 * --config-file and the *.conf files of each --config-dir in its order; flags. Throws UsageError for a command line that cannot be understood; everything else
 * that is wrong is in the result's notices.
 */
export function loadConfig({ program, argv }: LoadSettings): Config {
  const { sources, flags } = parseCommandLine(argv, true);
  const notices: ConfigNotice[] = [];
  const listed = (directory: string): string[] => {
    try {
      return filesOf(directory);
    } catch (error) {
      const text = `The configuration directory cannot be read: ${reason(error)}.`;
      notices.push({ kind: 'file unreadable', level: 'error', text, origin: { file: directory } });
      return [];
    }
  };
  const names = (kind: Source['kind']) => sources.some((one) => one.kind === kind);
  const paths = [
    ...(names('config-file') ? [] : defaultFiles(program)),
    ...(names('config-dir') ? [] : defaultDirectories(program).flatMap(listed)),
    ...sources.flatMap(({ kind, path }) => (kind === 'config-file' ? [path] : listed(path))),
  ];
  const read = paths.flatMap((path) => {
    try {
      return [{ path, parsed: parseFile(readFileSync(path, 'utf8'), path) }];
    } catch (error) {
      const text = `The configuration file cannot be read: ${reason(error)}.`;
      notices.push({ kind: 'file unreadable', level: 'error', text, origin: { file: path } });
      return [];
    }
  });
  return resolveConfig(
    read.map(({ parsed }) => parsed),
    read.map(({ path }) => path),
    flags,
    notices,
  );
}

/** A Config of text alone, for tests and for what is made up at run time. */
export function configOf(text: string, flags: readonly Flag[] = [], file = 'neutron.conf'): Config {
  const parsed: ParsedFile = parseFile(text, file);
  return resolveConfig([parsed], [file], flags);
}
