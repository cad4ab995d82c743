import type { Gathered } from '../../collect/files.ts';
import { unpacked } from '../../collect/host.ts';
import { reasonOf } from '../../log/reason.ts';
import { silentLog } from '../../log/silent.ts';
import { NoReceiver } from '../../messaging/errors.ts';
import { openTransport } from '../../messaging/open.ts';
import type { Transport } from '../../messaging/transport.ts';
import { collection } from '../../rpc/collect.ts';
import { adminContext } from '../../rpc/context.ts';
import { DIAGNOSIS_TOPICS, type DiagnosableAgent } from '../../rpc/diagnosis.ts';
import { client } from '../../rpc/interface.ts';
import { cloudOf } from '../cloud.ts';
import type { DoctorContext } from '../context.ts';

/** What was gathered of another host, or why nothing was. */
export type Remote =
  | { readonly host: string; readonly gathered: Gathered; readonly by: string }
  | { readonly host: string; readonly gathered?: undefined; readonly why: string };

const SECONDS = 20;
/** Hosts asked side by side: their answers are held in memory. */
const AT_ONCE = 4;

const isDiagnosable = (type: string): type is DiagnosableAgent => type in DIAGNOSIS_TOPICS;

/** Asks the agents of all other hosts. A host counts as silent only when none of its agents answers. Never rejects. */
export async function gatherRemote(context: DoctorContext): Promise<{ hosts: Remote[]; why?: string }> {
  const { facts, ...unknown } = await cloudOf(context);
  if (facts === undefined) return { hosts: [], why: 'why' in unknown ? unknown.why : '' };
  const others = Map.groupBy(
    facts.agents.filter(({ host }) => host !== context.host),
    ({ host }) => host,
  );
  const [installed] = context.programs;
  if (installed === undefined || others.size === 0) return { hosts: [] };
  let transport: Transport | undefined;
  try {
    transport = await openTransport(installed.config, silentLog, { clientName: 'neutron-doctor' });
    const waiting = [...others].map(([host, agents]) => ({
      host,
      types: agents.map((one) => one.agent_type),
    }));
    const hosts: Remote[] = [];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next; next = waiting.shift())
        hosts.push(await askHost(transport!, next.host, next.types));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return { hosts };
  } catch (error) {
    const why = `the message broker: ${reasonOf(error)}`;
    return { hosts: [...others.keys()].map((host) => ({ host, why })) };
  } finally {
    await transport?.close();
  }
}

async function askHost(transport: Transport, host: string, types: readonly string[]): Promise<Remote> {
  const reasons: string[] = [];
  for (const type of types.filter(isDiagnosable)) {
    try {
      const asking = client(transport, collection(type));
      const answer = await asking.collect(
        adminContext(),
        {},
        { server: host, present: true, timeoutSeconds: SECONDS },
      );
      return { host, gathered: await unpacked(answer), by: type };
    } catch (error) {
      const silent = error instanceof NoReceiver;
      reasons.push(`${type}: ${silent ? 'it does not run, or is not ours' : reasonOf(error)}`);
    }
  }
  return { host, why: reasons.join('; ') || 'it has no agent that could answer' };
}
