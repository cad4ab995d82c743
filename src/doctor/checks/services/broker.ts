import type { Config } from '../../../config/option.ts';
import { messaging } from '../../../config/options/index.ts';
import * as problems from '../../../health/catalogue/broker.ts';
import { type Check, failing, notChecked, type Outcome } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { rabbitSettings, transportOf, zmqSettings } from '../../../messaging/open.ts';
import type { BrokerAnswer, QueueState } from '../../../messaging/rabbit/probe.ts';
import type { RabbitSettings } from '../../../messaging/rabbit/settings.ts';
import type { ZmqSettings } from '../../../messaging/zmq/settings.ts';
import { DIAGNOSIS_TOPICS } from '../../../rpc/diagnosis.ts';
import type { DoctorContext } from '../../context.ts';
import type { Program } from '../../programs.ts';
import { addressOf, MILLISECONDS, unreachable } from './reach.ts';

const SECONDS = MILLISECONDS / 1000;

/** Queues that somebody must read, and who. */
interface Read {
  readonly queue: string;
  readonly program: Program;
}

/** Of the server, wherever it is; and of those agents of this host that run. */
function queuesOf({ seen, host }: DoctorContext): Read[] {
  const topics: Partial<Record<Program, string>> = {
    'neutron-l3-agent': 'l3_agent',
    'neutron-dhcp-agent': 'dhcp_agent',
    // Python's Linux bridge agent reads queues of changing names only.
    'neutron-linuxbridge-agent': DIAGNOSIS_TOPICS['Linux bridge agent'],
  };
  const own = seen.daemons().flatMap(({ program, kind }) => {
    const topic = topics[program];
    const reads = topic !== undefined && (kind === 'neutron-ts' || !topic.startsWith('nts-'));
    return reads ? [{ queue: `${topic}.${host}`, program }] : [];
  });
  const server = ['q-plugin', 'q-reports-plugin'].map((queue) => ({
    queue,
    program: 'neutron-server' as const,
  }));
  return [...server, ...own];
}

function unread(reads: readonly Read[], states: readonly QueueState[], host: string): Finding[] {
  const silent = reads.filter(({ queue }) => !states.find(({ name }) => name === queue)?.consumers);
  // One finding for each daemon: all its queues have the same cause.
  return [...Map.groupBy(silent, ({ program }) => program).values()].map(([first, ...others]) => {
    const { queue, program } = first as Read;
    const waiting = states.find(({ name }) => name === queue)?.waiting;
    const evidence = [first as Read, ...others].map((one) => {
      const state = states.find(({ name }) => name === one.queue);
      return state?.consumers === undefined
        ? `${one.queue}: no such queue`
        : `${one.queue}: ${state.consumers} consumers, ${state.waiting} messages`;
    });
    return problems.queueWithoutConsumers.found({ queue, program, waiting }, { host, evidence });
  });
}

const refused = (
  answer: Exclude<BrokerAnswer, { state: 'open' }>,
  { username: user, vhost }: RabbitSettings,
  address: string,
  host: string,
): Finding => {
  const where = { host, evidence: [answer.reason] };
  switch (answer.state) {
    case 'user':
      return problems.brokerRefusesCredentials.found({ user, address }, where);
    case 'vhost':
      return problems.brokerVhostMissing.found({ vhost: vhost || '/', user, address }, where);
    case 'unreachable':
      return problems.brokerUnreachable.found({ host, address, reason: answer.reason }, { host });
  }
};

async function rabbit(settings: RabbitSettings, context: DoctorContext): Promise<Outcome> {
  const { probeRabbit } = await import('../../../messaging/rabbit/probe.ts');
  const { host } = context;
  const reads = queuesOf(context);
  const asked = await Promise.all(
    settings.hosts.map(async (one): Promise<{ address: string; answer: BrokerAnswer }> => {
      const address = addressOf(one.host, one.port);
      const reason = await unreachable(one.host, one.port);
      if (reason !== undefined) return { address, answer: { state: 'unreachable', reason } };
      const queues = reads.map(({ queue }) => queue);
      return { address, answer: await probeRabbit({ ...settings, hosts: [one] }, queues, SECONDS) };
    }),
  );
  const first = asked.flatMap(({ answer }) => (answer.state === 'open' ? [answer] : []))[0];
  return failing(
    [
      ...asked.flatMap(({ address, answer }) =>
        answer.state === 'open' ? [] : [refused(answer, settings, address, host)],
      ),
      ...(first ? unread(reads, first.queues, host) : []),
    ],
    `RabbitMQ at ${asked.map(({ address }) => address).join(', ')} takes user ${settings.username}; ${reads.length} queues are read`,
  );
}

async function hub(settings: ZmqSettings, { host }: DoctorContext): Promise<Outcome> {
  const { probeHub } = await import('../../../messaging/zmq/probe.ts');
  const address = addressOf(settings.host, settings.port);
  const reason = await unreachable(settings.host, settings.port);
  if (reason !== undefined) return failing([problems.rpcHubUnreachable.found({ address, reason }, { host })]);
  const answer = await probeHub(settings, SECONDS);
  if (answer.state === 'open')
    return failing([], `neutron-server relays RPC at ${address}, and takes our keys`);
  if (answer.state === 'silent')
    return failing([problems.rpcHubUnreachable.found({ address, reason: answer.reason }, { host })]);
  if (answer.state === 'keys')
    return failing([
      problems.rpcKeysMissing.found({ reason: answer.reason.replace(/\. .*$/, '') }, { host }),
    ]);
  const directory = settings.keysDirectory ?? 'this host, which has none';
  return failing([problems.rpcKeyRefused.found({ address, directory }, { host, evidence: [answer.reason] })]);
}

function settingsOf(config: Config): { rabbit: RabbitSettings } | { zmq: ZmqSettings } | Error {
  try {
    const url = transportOf(config);
    if (url.scheme === 'rabbit') return { rabbit: rabbitSettings(config, url, 'neutron-doctor') };
    if (url.scheme === 'zmq') return { zmq: zmqSettings(config, url) };
    return new Error(`transport_url: ${url.scheme} connects no two processes`);
  } catch (error) {
    return error as Error;
  }
}

/** What carries RPC between server and agents. */
export const broker: Check<DoctorContext> = {
  name: 'message broker',
  async run(context) {
    const [any] = context.programs;
    if (!any) return notChecked(context.unknown());
    const isAlone = any.config.group(messaging).transport_url === null && !context.configOf('neutron-server');
    if (isAlone) return notChecked('transport_url is not set');
    const settings = settingsOf(any.config);
    if (settings instanceof Error)
      return failing([
        problems.transportUrlInvalid.found({ reason: settings.message }, { host: context.host }),
      ]);
    return 'rabbit' in settings ? rabbit(settings.rabbit, context) : hub(settings.zmq, context);
  },
};
