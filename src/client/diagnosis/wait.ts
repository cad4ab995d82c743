import { type Argument, option } from '../argparse/argument.ts';
import type { Call } from '../command.ts';
import { ClientError, InvalidValue, NoSuchPath } from '../errors.ts';
import type { Api } from '../http/api.ts';
import { type Dict, isDict } from '../python/value.ts';
import { port, type Resource } from '../resources.ts';
import { ALIAS, diagnoseIfServed, isFinal, waitingLines } from './ask.ts';
import { within } from './within.ts';
import { worthTelling } from './worthTelling.ts';

/** `--wait`: a command that changes something returns when the agents have applied it. */

const DEFAULT_SECONDS = 60;
const DIAGNOSIS_MILLISECONDS = 5000;
/** The server answers within some 3 s, also for agents that do not: what it says is worth going over the time for. */
const ANSWER_MILLISECONDS = 5000;
const LOGGER = 'neutronclient.shell';

export const waitArgument: Argument = option('--wait', {
  nargs: '?',
  metavar: 'SECONDS',
  ours: true,
  section: { title: 'arguments that Neutron does not have' },
  help: `Return when the agents have applied the change; fail when they have not after SECONDS (${DEFAULT_SECONDS}).`,
});

/** A command's words without --wait, and the seconds that it asks for. */
export interface Taken {
  readonly rest: readonly string[];
  readonly seconds: number | undefined;
}

const NUMBER = /^\d+(\.\d+)?$/;

/**
 * Takes `--wait`, `--wait SECONDS` and `--wait=SECONDS` out of a command's words, so that Neutron's own grammar sees
 * the others as if it had not been there. The next word is the seconds only when it is a number. Throws InvalidValue.
 */
export const takeWait = (words: readonly string[]): Taken => {
  const rest: string[] = [];
  let seconds: number | undefined;
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    const next = words[index + 1];
    if (word.startsWith('--wait=')) seconds = secondsOf(word.slice('--wait='.length));
    else if (word !== '--wait') rest.push(word);
    else if (next !== undefined && NUMBER.test(next)) {
      seconds = Number(next);
      index++;
    } else seconds = DEFAULT_SECONDS;
  }
  return { rest, seconds };
};

const secondsOf = (text: string): number => {
  if (!NUMBER.test(text)) throw new InvalidValue(`argument --wait: not a number of seconds: '${text}'`);
  return Number(text);
};

/** What agents must apply for a change to be done. It need not exist any more. */
export interface Target {
  readonly resource: Resource;
  readonly id: string;
}

/** What to wait for after a change to an object; undefined for nothing. */
export type TargetOf = (object: Dict) => Target | undefined;

/** The object of an attribute with an id; the one that was changed unless told otherwise. */
export const appliedAs =
  (resource: Resource, attribute = 'id'): TargetOf =>
  ({ [attribute]: id }) =>
    typeof id === 'string' && id !== '' ? { resource, id } : undefined;

/** Something that nobody has to apply: it is not there. */
const NOTHING: Target = { resource: port, id: '00000000-0000-0000-0000-000000000000' };

/** Fails before anything is changed when the server cannot tell what its agents have applied, or not this user. */
export const checkCanWait = async ({ api, wait }: Call): Promise<void> => {
  if (wait === undefined) return;
  try {
    await ask(api, NOTHING);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    const reason =
      error instanceof NoSuchPath
        ? `this server does not tell what its agents have applied (it has no extension ${ALIAS})`
        : error.message;
    throw new ClientError(`--wait: ${reason}. Nothing was changed.`, error.status, error);
  }
};

/**
 * Returns when the agents have applied them all. Throws ClientError with what is missing, and why, when time is up, or as
 * soon as the server says that waiting does not help.
 */
export const untilApplied = async (call: Call, ...targets: (Target | undefined)[]): Promise<void> => {
  const { wait } = call;
  if (wait === undefined) return;
  const end = performance.now() + wait * 1000;
  for (const target of targets) if (target) await untilOneIs(call, target, end);
};

/** After how long without success it is said what is waited for. */
const TELL_MILLISECONDS = 3000;

const HOPELESS = 'Not applied, and waiting does not help';
/** What waiting does not change has lasted long enough to be told. */
const LASTING = Number.POSITIVE_INFINITY;

const untilOneIs = async (call: Call, target: Target, end: number): Promise<void> => {
  const began = performance.now();
  const accountOf = (title: string, seconds = (performance.now() - began) / 1000) =>
    account(call, target, title, missing, seconds);
  let told = false;
  let missing = ['the agents to answer'];
  let since: Dict = {};
  for (let pause = 200; ; pause = Math.min(1.5 * pause, 1000)) {
    const answer = await within(
      Math.max(end - performance.now(), ANSWER_MILLISECONDS),
      ask(call.api, target, since),
    );
    if (answer) {
      missing = waitingLines(answer.waiting_for);
      since = answer.since === undefined ? {} : { since: answer.since };
      if (missing.length === 0) return;
      if (isFinal(answer.waiting_for)) throw new ClientError(await accountOf(HOPELESS, LASTING));
    }
    if (performance.now() + pause > end)
      throw new ClientError(await accountOf(`Not applied after ${call.wait} s`));
    if (!told && performance.now() - began > TELL_MILLISECONDS) {
      told = true;
      call.log.warning(LOGGER, await accountOf(`Waits for up to ${call.wait} s`));
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
};

/** Asks what is waited for; `since` is when the waiting began, as the server said it at the first time. */
const ask = async (api: Api, { resource, id }: Target, since: Dict = {}): Promise<Dict> => {
  const { wait } = await api.post('/nts-waits', { wait: { resource: resource.name, id, ...since } });
  return isDict(wait) ? wait : {};
};

/** What is missing after so many seconds, and the problems that may be why. */
const account = async (
  { api }: Call,
  { resource, id }: Target,
  title: string,
  missing: readonly string[],
  seconds: number,
): Promise<string> => {
  const diagnosis = await within(DIAGNOSIS_MILLISECONDS, diagnoseIfServed(api, resource, id));
  return [
    `${title}. Missing:`,
    ...missing.map((line) => `  ${line}`),
    ...(await worthTelling(diagnosis?.problems, seconds)),
  ].join('\n');
};
