import type { Config, Origin } from '../config/option.ts';
import type { Log } from './log.ts';

/** `file:line: ` or `--flag: ` before a notice's text. */
export const placeOf = ({ file, line, flag }: Origin): string => {
  if (flag !== undefined) return `${flag}: `;
  if (file === undefined) return '';
  return line === undefined ? `${file}: ` : `${file}:${line}: `;
};

/** Logs what there is to say about the configuration, each with its file and line; false: do not start with it. */
export function reportNotices(config: Config, log: Log): boolean {
  const named = log.named('neutron.config');
  for (const { level, text, origin } of config.notices) named[level](`${placeOf(origin)}${text}`);
  return config.notices.every(({ level }) => level !== 'error');
}
