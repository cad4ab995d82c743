import type { RpcContext } from '../messaging/transport.ts';
import type { Formatter, LogRecord } from './record.ts';

/** oslo.log's format strings, from the options of the same names. */
export interface LineFormats {
  readonly withContext: string;
  readonly withoutContext: string;
  readonly furtherLines: string;
  readonly userIdentity: string;
  readonly date: string;
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

const DATE_PARTS: Readonly<Record<string, (time: Date) => string>> = {
  Y: (time) => String(time.getFullYear()),
  y: (time) => twoDigits(time.getFullYear() % 100),
  m: (time) => twoDigits(time.getMonth() + 1),
  d: (time) => twoDigits(time.getDate()),
  H: (time) => twoDigits(time.getHours()),
  M: (time) => twoDigits(time.getMinutes()),
  S: (time) => twoDigits(time.getSeconds()),
  b: (time) => time.toLocaleString('en', { month: 'short' }),
  a: (time) => time.toLocaleString('en', { weekday: 'short' }),
  z: (time) => {
    const minutes = -time.getTimezoneOffset();
    const size = Math.abs(minutes);
    return `${minutes < 0 ? '-' : '+'}${twoDigits(Math.floor(size / 60))}${twoDigits(size % 60)}`;
  },
  '%': () => '%',
};

/** strftime in local time; it is asked for once a second at most. */
export function dateFormatter(format: string): (time: Date) => string {
  let second = Number.NaN;
  let text = '';
  return (time) => {
    const now = Math.floor(time.getTime() / 1000);
    if (now !== second) {
      second = now;
      text = format.replace(/%([YymdHMSbaz%])/g, (_, part: string) => DATE_PARTS[part]!(time));
    }
    return text;
  };
}

type Lookup = (record: LogRecord, name: string) => string;

/** Turns Python's `%(name)s` into a function that fills it. */
function compile(format: string, lookup: Lookup): (record: LogRecord) => string {
  const parts = format.split(/%\(([a-z_]+)\)(0?\d*)[sd]/i);
  return (record) => {
    let line = parts[0]!;
    for (let index = 1; index < parts.length; index += 3) {
      const width = parts[index + 1]!;
      const value = lookup(record, parts[index]!);
      line += width === '' ? value : value.padStart(Number(width), width.startsWith('0') ? '0' : ' ');
      line += parts[index + 2]!;
    }
    return line;
  };
}

const CONTEXT_KEYS: Readonly<Record<string, readonly string[]>> = {
  user: ['user_id', 'user'],
  project: ['project_id', 'tenant_id', 'tenant'],
  tenant: ['project_id', 'tenant_id', 'tenant'],
  domain: ['domain_id', 'domain'],
  user_domain: ['user_domain_id', 'user_domain'],
  project_domain: ['project_domain_id', 'project_domain'],
};

function fromContext(context: RpcContext | undefined, name: string): string | undefined {
  for (const key of CONTEXT_KEYS[name] ?? [name]) {
    const value = context?.[key];
    if (value !== undefined && value !== null && value !== '') return String(value);
  }
  return undefined;
}

/**
 * Lines as oslo.log writes them: `2016-04-06 17:12:51.605 3136 ERROR module [None req-… user project …] text`, `[-]`
 * without a context; the second and further lines of a text each get the prefix of a traceback's lines.
 */
export function lineFormatter(formats: LineFormats): Formatter {
  const date = dateFormatter(formats.date);
  const identity = compile(formats.userIdentity, ({ context }, name) => fromContext(context, name) ?? '-');
  const lookup: Lookup = (record, name) => {
    switch (name) {
      case 'asctime':
        return date(record.time);
      case 'msecs':
        return String(record.time.getMilliseconds());
      case 'process':
        return String(process.pid);
      case 'levelname':
        return record.level;
      case 'name':
        return record.module;
      case 'message':
        return record.text;
      case 'user_identity':
        return identity(record);
      case 'instance':
      case 'resource':
        return '';
      default:
        return fromContext(record.context, name) ?? 'None';
    }
  };
  const withContext = compile(formats.withContext, lookup);
  const withoutContext = compile(formats.withoutContext, lookup);
  const furtherLine = compile(formats.furtherLines, lookup);
  return (record) => {
    const known = record.context?.request_id !== undefined && record.context.request_id !== null;
    const format = known ? withContext : withoutContext;
    if (!record.text.includes('\n')) return `${format(record)}\n`;
    const [first, ...rest] = record.text.trimEnd().split('\n');
    const prefix = furtherLine(record).replace(' ERROR ', ` ${record.level} `);
    return `${[format({ ...record, text: first! }), ...rest.map((line) => prefix + line)].join('\n')}\n`;
  };
}
