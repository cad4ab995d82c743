import { readdirSync, readFileSync } from 'node:fs';
import { type RunningHost, runIn } from '../../../src/lab/host.ts';
import { hostNamed, type Lab } from '../../../src/lab/lab.ts';
import { waitFor } from '../../../src/lab/waitFor.ts';
import { type Rest, restOf } from '../pythonServer/rest.ts';
import { type Heard, heard } from './wire.ts';

/** What the steps of the test share: the lab, its API, and a look at the kernel and at the wire. */
export interface Stage {
  readonly lab: Lab;
  readonly rest: Rest;
  readonly controller: RunningHost;
  readonly compute: RunningHost;
  /** Makes a resource; returns what the server says of it. */
  make<Resource = Item>(kind: string, body: object): Promise<Resource>;
  change(kind: string, id: string, body: object): Promise<void>;
  /** Where the wire is now; what comes later is after it. */
  mark(): number;
}

export interface Item {
  readonly id: string;
  readonly [attribute: string]: unknown;
}

const pathOf = (kind: string) =>
  (kind.endsWith('y') ? `${kind.slice(0, -1)}ies` : `${kind}s`).replaceAll('_', '-');

export async function stageOf(lab: Lab): Promise<Stage> {
  const rest = await restOf(lab);
  return {
    lab,
    rest,
    controller: hostNamed(lab, 'controller'),
    compute: hostNamed(lab, 'compute'),
    async make<Resource>(kind: string, body: object) {
      return (await rest.post<Record<string, Resource>>(pathOf(kind), { [kind]: body }))[kind]!;
    },
    async change(kind, id, body) {
      await rest.put(`${pathOf(kind)}/${id}`, { [kind]: body });
    },
    mark: () => heard(lab).length,
  };
}

/** Tries until it succeeds, for as long as anything may take on a machine that others use, too. */
export const eventually = <T>(what: string, attempt: () => Promise<T>, seconds = 180) =>
  waitFor(what, attempt, seconds);

/** Waits until a message of this kind has come since the mark. */
export const hears = (
  { lab }: Stage,
  since: number,
  method: string,
  fits: (message: Heard) => boolean = () => true,
): Promise<Heard> =>
  eventually(`${method} on the wire`, async () => {
    const found = heard(lab)
      .slice(since)
      .find((message) => message.method === method && fits(message) && (!message.called || message.reply));
    if (!found) throw new Error('it did not come');
    return found;
  });

/** What a command prints on a host. */
export const reads = async (host: RunningHost, ...words: string[]): Promise<string> =>
  (await runIn(host, words, { allowed: [0, 1, 2, 255] })).stdout;

/** Waits until what a command prints matches, or does not match. */
export const shows = (host: RunningHost, words: readonly string[], expected: RegExp, present = true) =>
  eventually(`${host.name}: ${words.join(' ')} to show ${present ? '' : 'no more '}${expected}`, async () => {
    const text = await reads(host, ...words);
    if (expected.test(text) !== present) throw new Error(text.slice(-3000));
    return text;
  });

export const hides = (host: RunningHost, words: readonly string[], expected: RegExp) =>
  shows(host, words, expected, false);

/** A file of a host, empty when it is not there. */
export const file = (host: RunningHost, path: string): string => {
  try {
    return readFileSync(`/proc/${host.pid}/root${path}`, 'utf8');
  } catch {
    return '';
  }
};

export const contains = (host: RunningHost, path: string, expected: RegExp, present = true) =>
  eventually(`${host.name}: ${path} to have ${present ? '' : 'no more '}${expected}`, async () => {
    const text = file(host, path);
    if (expected.test(text) !== present) throw new Error(text || 'nothing there');
  });

/** Waits until an attribute of a resource has a value. */
export const becomes = ({ rest }: Stage, path: string, attribute: string, value: unknown) =>
  eventually(`${attribute} of ${path} to become ${JSON.stringify(value)}`, async () => {
    const answer = await rest.get<Record<string, Item>>(path);
    const is = Object.values(answer)[0]![attribute];
    if (JSON.stringify(is) !== JSON.stringify(value)) throw new Error(`it is ${JSON.stringify(is)}`);
  });

/** Logs of Python's agents by the host and the agent. */
export const agentLogs = ({ lab }: Pick<Stage, 'lab'>): ReadonlyMap<string, string> =>
  new Map(
    ['controller', 'compute'].flatMap((name) => {
      const host = hostNamed(lab, name);
      return readdirSync(`/proc/${host.pid}/root/var/log/neutron`)
        .filter((entry) => /^neutron-.*-agent\.log$/.test(entry))
        .map((entry) => [`${name} ${entry}`, file(host, `/var/log/neutron/${entry}`)] as const);
    }),
  );
