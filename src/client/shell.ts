import type { Argument } from './argparse/argument.ts';
import type { Namespace } from './argparse/namespace.ts';
import { parse, usageError } from './argparse/parser.ts';
import { type Call, type Command, helpArgument } from './command.ts';
import { type Taken, takeWait } from './diagnosis/wait.ts';
import { ClientError, HelpRequest, InvalidValue, NoSuchPath, UsageError } from './errors.ts';
import { globalArguments, version } from './globals.ts';
import { Api } from './http/api.ts';
import { checkSettings } from './http/keystone.ts';
import { readSettings } from './http/settings.ts';
import { createTransport } from './http/transport.ts';
import { createLog, type Log } from './log.ts';
import { allNames, type Found, findCommand, loadCommand, serviceOf } from './registry.ts';

const program = 'neutron';
const logger = 'neutronclient.shell';

const print = (text: string): void => {
  process.stdout.write(text);
};

/** Runs one command line. Returns the exit status: 0 done, 1 failed, 2 not understood. */
export const runShell = async (words: readonly string[]): Promise<number> => {
  let log = createLog(false);
  try {
    if (asksForCompletion(words)) {
      await (await import('./commands/help.ts')).printCompletion(print);
      return 0;
    }
    const { values: options, unknown } = parse(program, globalArguments(process.env), helpFirst(words));
    log = createLog((options.number('verbose_level') ?? 1) >= 2);
    if (unknown.length > 0) return await runCommand(unknown, options, log);
    checkSettings(readSettings(options, process.env));
    return await (await import('./interactive.ts')).interact((line) => runLine(line, options, log));
  } catch (error) {
    if (!(error instanceof HelpRequest)) return report(error, log);
    if (error.kind === 'version') print(`${version}\n`);
    else await (await import('./commands/help.ts')).printProgramHelp(print);
    return 0;
  }
};

const runLine = async (words: readonly string[], options: Namespace, log: Log): Promise<void> => {
  try {
    await runCommand(words, options, log);
  } catch (error) {
    report(error, log);
  }
};

const asksForCompletion = (words: readonly string[]): boolean => {
  const help = words.indexOf('help');
  const completion = words.indexOf('bash-completion');
  return completion >= 0 && (help < 0 || completion < help);
};

/** `CMD … --help` means `help CMD`; `help` without a command means `--help`. */
const helpFirst = (words: readonly string[]): readonly string[] => {
  const help = words.findIndex((word) => word === '-h' || word === '--help');
  const command = words.findIndex((word) => word !== 'help' && allNames.includes(word));
  if (command >= 0 && help > command) return ['help', words[command]!];
  const helpCommand = words.indexOf('help');
  return helpCommand >= 0 && command < 0 ? words.with(helpCommand, '--help') : words;
};

const report = (error: unknown, log: Log): number => {
  if (error instanceof UsageError) {
    process.stderr.write(`${error.message}\n`);
    return 2;
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  log.error(logger, log.debugs ? `${message}\n${stack}` : message);
  return 1;
};

const runCommand = async (words: readonly string[], options: Namespace, log: Log): Promise<number> => {
  const found = findCommand(words);
  const settings = readSettings(options, process.env);
  if (found.name !== 'help') checkSettings(settings);
  const command = await loadCommand(found.name);
  const transport = createTransport(
    {
      timeout: timeoutOf(options),
      insecure: options.flag('insecure'),
      ca: options.text('os_cacert') ?? process.env.OS_CACERT,
      certificate: options.text('os_cert') ?? process.env.OS_CERT,
      key: options.text('os_key') ?? process.env.OS_KEY,
    },
    log,
  );
  try {
    const api = new Api(settings, transport, log, options.number('retries') ?? 0);
    await command.run({ ...understand(found, command), api, log, print });
    return 0;
  } catch (error) {
    if (error instanceof ClientError) throw withService(error, found.name);
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\nTry 'neutron help ${found.typed}' for more information.\n`);
    return 2;
  } finally {
    transport.close();
  }
};

/** Says which part of Neutron a server lacks that does not know a command's path. */
const withService = (error: ClientError, name: string): ClientError => {
  const service = serviceOf(name);
  const unknown = error instanceof NoSuchPath || error.cause instanceof NoSuchPath;
  if (!service || !unknown) return error;
  return new ClientError(`${error.message.trimEnd()}\n${name}: this server has no ${service}.`, 404, error);
};

const timeoutOf = (options: Namespace): number | undefined => {
  const seconds = options.number('http_timeout');
  return seconds === undefined ? undefined : seconds * 1000;
};

/** Splits a command's words into its arguments and the rest; after `--` everything is the rest. */
const understand = (found: Found, command: Command): Pick<Call, 'args' | 'extra' | 'wait'> => {
  const separator = found.rest.indexOf('--');
  const words = separator < 0 ? found.rest : found.rest.slice(0, separator);
  const name = `${program} ${found.typed}`;
  const known = [helpArgument, ...command.arguments];
  const { rest, seconds: wait } = command.waits
    ? waitOf(words, name, known)
    : { rest: words, seconds: undefined };
  const { values: args, unknown } = parse(name, known, rest);
  if (separator >= 0) return { args, extra: found.rest.slice(separator), wait };
  return { args, extra: command.claim?.(args, unknown) ?? unknown, wait };
};

const waitOf = (words: readonly string[], name: string, known: readonly Argument[]): Taken => {
  try {
    return takeWait(words);
  } catch (error) {
    throw error instanceof InvalidValue ? usageError(name, known, error) : error;
  }
};
