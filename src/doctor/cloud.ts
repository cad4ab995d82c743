import type { Config } from '../config/option.ts';
import type { ClockReading } from '../linux/probes/index.ts';
import { maskSecrets } from '../log/mask.ts';
import { reasonOf } from '../log/reason.ts';
import { silentLog } from '../log/silent.ts';
import { openTransport } from '../messaging/open.ts';
import { adminContext } from '../rpc/context.ts';
import { type CloudFacts, facts } from '../rpc/facts.ts';
import { client } from '../rpc/interface.ts';
import { databaseUrl } from '../server/db/settings.ts';
import { parseDatabaseUrl } from '../server/db/url.ts';
import { readFacts } from '../server/facts.ts';
import type { DoctorContext } from './context.ts';
import { openToLook } from './openToLook.ts';

/** Another host's clock against this one's. */
export interface Clock extends ClockReading {
  readonly whose: string;
}

/** What is known of the deployment, or why nothing is. */
export type Cloud =
  | { readonly facts: CloudFacts; readonly source: string; readonly clock?: Clock }
  | { readonly facts?: undefined; readonly why: string };

const SECONDS = 2;

const known = new WeakMap<DoctorContext, Promise<Cloud>>();

/** What the database says of the deployment; read once, by whatever way this host has. Never rejects. */
export function cloudOf(context: DoctorContext): Promise<Cloud> {
  const asked = known.get(context) ?? ask(context);
  known.set(context, asked);
  return asked;
}

async function ask({ programs }: DoctorContext): Promise<Cloud> {
  const server = programs.find(({ program }) => program === 'neutron-server')?.config;
  const config = server ?? programs[0]?.config;
  if (!config) return { why: 'neutron is not configured on this host' };
  const reasons: string[] = [];
  for (const [way, read] of [
    ['the database', fromDatabase],
    ['the message broker', fromServer],
    ['the API', fromApi],
  ] as const) {
    try {
      return await inTime(read(config, server));
    } catch (error) {
      reasons.push(`${way}: ${maskSecrets(reasonOf(error))}`);
    }
  }
  return { why: `what the deployment is to be could not be read (${reasons.join('; ')})` };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${SECONDS} s`)), SECONDS * 1000);
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}

async function fromDatabase(config: Config, server: Config | undefined): Promise<Cloud> {
  const remote = parseDatabaseUrl(databaseUrl(config)).dialect === 'mariadb';
  const db = await openToLook(config);
  try {
    const { answer, clock } = await timed('the database server', () => readFacts(db, server));
    return { facts: answer, source: 'the database', ...(remote ? { clock } : {}) };
  } finally {
    await db.close();
  }
}

async function fromServer(config: Config): Promise<Cloud> {
  const transport = await openTransport(config, silentLog, { clientName: 'neutron-doctor' });
  try {
    const asking = client(transport, facts);
    const { answer, clock } = await timed("neutron-server's host", () =>
      asking.get_facts(adminContext(), {}, { timeoutSeconds: SECONDS - 0.2 }),
    );
    return { facts: answer, source: 'neutron-server', clock };
  } finally {
    await transport.close();
  }
}

/** For a server that is not ours, on a host without access to the database. */
async function fromApi(): Promise<Cloud> {
  const { env } = process;
  if (!env.OS_URL && !env.OS_AUTH_URL) throw new Error('OS_AUTH_URL and its like are not set');
  const { factsFromApi } = await import('./cloudApi.ts');
  return { facts: await factsFromApi(env, SECONDS * 1000), source: 'the API' };
}

async function timed(
  whose: string,
  read: () => Promise<CloudFacts>,
): Promise<{ answer: CloudFacts; clock: Clock }> {
  const before = Date.now();
  const answer = await read();
  const within = (Date.now() - before) / 2000;
  return { answer, clock: { whose, ahead: (Date.parse(answer.time) - before) / 1000 - within, within } };
}
