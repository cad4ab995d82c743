import { maskSecrets } from '../log/mask.ts';
import { isSecret } from './secretNames.ts';

const HIDDEN = '***';

/** A line that gives an option a value, also one that a comment sign has put out of use. */
const ASSIGNMENT = /^(\s*[#;]?\s*([\w.-]+)\s*[=:]\s*)(.*)$/;
const CONTINUED = /^\s+\S/;

interface Assigned {
  readonly section: string;
  readonly name: string;
  readonly value: string;
}

/** A configuration file without the values of secret options: not of those in comments, nor those over several lines. */
export function withoutSecrets(text: string, assigned: (one: Assigned) => void = () => {}): string {
  let section = 'DEFAULT';
  let hiding = false;
  return text
    .split('\n')
    .map((line) => {
      section = /^\s*[#;]?\s*\[([^\]]+)\]\s*$/.exec(line)?.[1] ?? section;
      if (hiding && CONTINUED.test(line)) {
        assigned({ section, name: 'password', value: line.trim() });
        return `  ${HIDDEN}`;
      }
      const [, head, name, value] = ASSIGNMENT.exec(line) ?? [];
      hiding = name !== undefined && isSecret(section, name);
      if (name !== undefined) assigned({ section, name, value: value! });
      return hiding && value !== '' ? `${head}${HIDDEN}` : hideByPattern(line);
    })
    .join('\n');
}

/** Further ways in which secrets stand in files and logs, beside those that every log masks. */
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
  [/\bgAAAA[\w-]{20,}={0,2}/g, HIDDEN],
  [/\b(Bearer|Basic) [\w.~+/-]{8,}=*/g, `$1 ${HIDDEN}`],
  [/(\bauth_pass|--?password|--pass)(\s+)\S+/gi, `$1$2${HIDDEN}`],
  [
    /(\w*(?:passwd|password|secret|token|api_?key)["']?\s*[:=]>?\s*)(["'])(?:(?!\2).)+\2/gi,
    `$1$2${HIDDEN}$2`,
  ],
  [/\b((?:X-)?(?:Auth|Subject|Service)-Token)(["']?\s*[:=]\s*["']?)[^\s"',}]+/gi, `$1$2${HIDDEN}`],
];

const hideByPattern = (text: string): string =>
  PATTERNS.reduce((hidden, [pattern, by]) => hidden.replace(pattern, by), maskSecrets(text));

/** Values shorter than this are found everywhere by chance. */
const SHORTEST = 4;

/** Words that are in every log; a password that is one of them cannot be told from the word. */
const COMMON = new Set(
  'neutron nova keystone glance admin openstack guest root service rabbit mysql mariadb controller compute default localhost password secret public private network true false none test demo'.split(
    ' ',
  ),
);

/** Passwords in a URL, as they stand there and as they are meant. */
function passwordsIn(value: string): string[] {
  const written = [...value.matchAll(/(?:\/\/|,)[^\s/:@,]*:([^\s@/]+)@/g)].map((match) => match[1]!);
  return written.flatMap((one) => {
    try {
      return [one, decodeURIComponent(one)];
    } catch {
      return [one];
    }
  });
}

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Removes secrets from texts of any kind: by patterns, and by the values that the configuration files hold. */
export function secretRemover(configurations: readonly string[]): (text: string) => string {
  const secret = new Set<string>();
  const open = new Set<string>();
  for (const text of configurations)
    withoutSecrets(text, ({ section, name, value }) => {
      const bare = value.trim().replace(/^(["'])(.*)\1$/, '$2');
      const inUrl = passwordsIn(bare);
      for (const one of inUrl) secret.add(one);
      if (inUrl.length > 0) return;
      (isSecret(section, name) ? secret : open).add(bare);
    });
  const values = [...secret].filter(
    (value) => value.length >= SHORTEST && !open.has(value) && !COMMON.has(value.toLowerCase()),
  );
  const longestFirst = values.toSorted((a, b) => b.length - a.length).map(escaped);
  const known =
    longestFirst.length === 0 ? undefined : new RegExp(`(?<!\\w)(?:${longestFirst.join('|')})(?!\\w)`, 'g');
  return (text) => hideByPattern(known ? text.replace(known, HIDDEN) : text);
}
