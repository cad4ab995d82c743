import { converse, NETLINK_NETFILTER } from './netlink/conversation.ts';
import { attributes } from './netlink/message.ts';

/** Messages of nfnetlink's subsystem nf_tables. */
const SUBSYSTEM = 10 << 8;
const NFT_MSG_GETTABLE = SUBSYSTEM | 1;
const NFT_MSG_GETGEN = SUBSYSTEM | 16;
const NFTA_GEN_ID = 1;
const HEADER = 4;

/** How often the rules of nf_tables have changed in a namespace, of all families: each transaction counts once. */
export interface RuleState {
  readonly namespace: bigint;
  readonly generation: number;
}

const GENERATIONS = 2 ** 32;

/** Whether exactly so many transactions lead from one state to another. */
export const isAfter = (before: RuleState, transactions: number, now: RuleState): boolean =>
  before.namespace === now.namespace && (before.generation + transactions) % GENERATIONS === now.generation;

/** The state that a namespace is in now; undefined where the kernel does not count. */
export function ruleState(netns?: string): Promise<RuleState | undefined> {
  return converse(
    netns,
    async (kernel) => {
      const namespace = kernel.namespace();
      const answer = await kernel.get({ type: NFT_MSG_GETGEN, body: Buffer.alloc(HEADER) });
      if (namespace === undefined || 'text' in answer) return undefined;
      const generation = attributes(answer.body, HEADER).get(NFTA_GEN_ID)?.readUInt32BE(0);
      return generation === undefined ? undefined : { namespace, generation };
    },
    NETLINK_NETFILTER,
  );
}

/** Whether nf_tables has no table of any family in a namespace, as in one that was just made. */
export async function hasNoTables(netns?: string): Promise<boolean> {
  const tables = await converse(
    netns,
    (kernel) => kernel.dump({ type: NFT_MSG_GETTABLE, body: Buffer.alloc(HEADER) }, 'list of tables'),
    NETLINK_NETFILTER,
  );
  return tables.length === 0;
}
