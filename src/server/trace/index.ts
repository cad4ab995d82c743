import { scheduling } from '../../config/options/index.ts';
import { catalogue } from '../../health/catalogue/index.ts';
import { floatingIpUnused } from '../../health/catalogue/routers.ts';
import { notChecked, type Outcome, pass } from '../../health/checks.ts';
import type { Finding } from '../../health/finding.ts';
import { explain } from '../../health/silence.ts';
import type { ServerContext } from '../context.ts';
import { badRequest } from '../errors/index.ts';
import type { AdditionHandlers } from '../http/registry.ts';
import type { Prober } from '../probes/prober.ts';
import type { Item, RequestContext } from '../services/service.ts';
import { lookAll } from './ask.ts';
import { type FoundEnd, findEnd } from './ends.ts';
import type { Question } from './facts.ts';
import { type Lookups, loadFacts } from './load.ts';
import type { Hop, Look } from './look.ts';
import { pathOf } from './path.ts';
import { type Sending, sending } from './probe.ts';

/** A hop as the API shows it. */
interface Walked {
  readonly name: string;
  readonly host: string | null;
  readonly intended: Outcome;
  readonly installed: Outcome;
  readonly observed: Outcome;
}

/** The answer to POST /v2.0/nts-traces: every hop from one end to the other, and where they first differ. */
export function createTraces(
  { config, db, transport }: ServerContext,
  core: Pick<Lookups, 'networks' | 'subnets' | 'ports'>,
  prober: Prober,
): Pick<AdditionHandlers, 'trace'> {
  const lookups = { ...core, agentDownTime: config.group(scheduling).agent_down_time };

  async function trace(context: RequestContext, body: Item): Promise<Item> {
    const { from: fromWord, to: toWord, question, probe } = read(body);
    const { facts, from, to } = await db.transaction(async (tx) => {
      const start = await findEnd(tx, lookups.ports, fromWord);
      const end = await findEnd(tx, lookups.ports, toWord, start.port?.network_id);
      const nearer = start.port ? start : await findEnd(tx, lookups.ports, fromWord, end.port?.network_id);
      if (!nearer.port && !end.port && end.floating === undefined)
        throw badRequest('One end must be a port, or an address of one');
      return loadFacts(tx, lookups, nearer, end);
    });
    const unused = to.floating !== undefined && !to.port ? [await unusedHop(to.floating)] : [];
    const hops = unused.length > 0 ? unused : pathOf(facts, from, to, question);
    const walked = await walk(hops, probe, (looks) =>
      lookAll(looks, { transport, facts, context: context.rpc }),
    );
    const sent = from.port && sending(prober, facts, { from: from.port, to, question });
    const last = sent ? [await tried(sent, walked, probe)] : [];
    return { ...described(from, to, question), ...summary([...walked, ...last]) };
  }

  async function unusedHop(address: string): Promise<Hop> {
    const row = await db.kysely
      .selectFrom('floatingips')
      .select('id')
      .where('floating_ip_address', '=', address)
      .executeTakeFirst();
    const finding = floatingIpUnused.found({ address, id: row?.id ?? address });
    const why = 'it leads nowhere';
    return {
      name: `floating IP ${address}`,
      host: null,
      intended: { result: 'fail', findings: [{ ...finding, severity: 'error' }] },
      installed: why,
      observed: why,
    };
  }

  return { trace: ({ context, body }) => trace(context, body) };
}

const PROTOCOLS = ['icmp', 'tcp', 'udp'] as const;

function read(body: Item): { from: string; to: string; question: Question; probe: boolean } {
  const { from, to, protocol = 'icmp', port, probe = true } = body;
  if (typeof from !== 'string' || from === '' || typeof to !== 'string' || to === '')
    throw badRequest('from and to must each name a port, a floating IP or an address');
  const known = PROTOCOLS.find((one) => one === protocol);
  if (!known) throw badRequest(`protocol must be one of ${PROTOCOLS.join(', ')}`);
  const number =
    typeof port === 'number' && Number.isInteger(port) && port > 0 && port < 65536 ? port : undefined;
  if (known === 'icmp' ? port !== undefined && port !== null : number === undefined)
    throw badRequest(known === 'icmp' ? 'icmp has no ports' : `${known} needs a port between 1 and 65535`);
  if (typeof probe !== 'boolean') throw badRequest('probe must be true or false');
  return { from, to, question: { protocol: known, port: number }, probe };
}

/** Asks everything that the hops want to know, at once. */
async function walk(
  hops: readonly Hop[],
  probe: boolean,
  ask: (looks: readonly Look[]) => Promise<readonly Outcome[]>,
): Promise<Walked[]> {
  const observed = (hop: Hop) => (probe ? hop.observed : 'probes were not wanted');
  const looks = hops
    .flatMap((hop) => [hop.installed, observed(hop)])
    .filter((one) => typeof one !== 'string');
  const outcomes = new Map((await ask(looks)).map((outcome, at) => [looks[at]!, outcome]));
  const outcomeOf = (one: Look | string) => (typeof one === 'string' ? notChecked(one) : outcomes.get(one)!);
  return hops.map((hop) => ({
    name: hop.name,
    host: hop.host,
    intended: hop.intended,
    installed: outcomeOf(hop.installed),
    observed: outcomeOf(observed(hop)),
  }));
}

/** The packet itself is sent where nothing is known that stops it. */
async function tried({ name, send }: Sending, walked: readonly Walked[], probe: boolean): Promise<Walked> {
  const at = walked.findIndex((hop) => findingsOf(hop).length > 0);
  const why = typeof send === 'string' ? send : at < 0 ? undefined : `hop ${at + 1} differs`;
  const observed =
    typeof send !== 'string' && why === undefined && probe
      ? await send()
      : notChecked(why ?? 'probes were not wanted');
  const expected = pass('an answer comes');
  return {
    name,
    host: null,
    intended: expected,
    installed: notChecked('it is made for this only'),
    observed,
  };
}

const outcomesOf = ({ intended, installed, observed }: Walked) => [intended, installed, observed];
const findingsOf = (hop: Walked): readonly Finding[] =>
  outcomesOf(hop).flatMap((outcome) => (outcome.result === 'fail' ? outcome.findings : []));

const keyOf = ({ code, host, text }: Finding) => `${code} ${host} ${text}`;

/** The hops, and what is wrong in their order: the first problem is that of the first hop that differs. */
function summary(hops: readonly Walked[]): Item {
  const all = [...new Map(hops.flatMap(findingsOf).map((finding) => [keyOf(finding), finding])).values()];
  const shown = new Set(explain(all, catalogue).shown);
  const problems = all.filter((finding) => shown.has(finding));
  const first = hops.findIndex((hop) => findingsOf(hop).some((finding) => shown.has(finding)));
  const unknown = hops.some(
    ({ installed, observed }) => installed.result !== 'pass' && observed.result !== 'pass',
  );
  return {
    result: problems.length > 0 ? 'fail' : unknown ? 'not checked' : 'pass',
    first_difference: first < 0 ? null : first + 1,
    hops: hops.map((hop, at) => ({ hop: at + 1, ...hop })),
    problems,
  };
}

const described = (from: FoundEnd, to: FoundEnd, { protocol, port }: Question): Item => ({
  from: shown(from),
  to: shown(to),
  protocol,
  port: port ?? null,
});

const shown = ({ address, port, floating }: FoundEnd): Item => ({
  address,
  port_id: port?.id ?? null,
  floating_ip_address: floating ?? null,
});
