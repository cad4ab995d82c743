import { converse, NETLINK_NETFILTER } from './netlink/conversation.ts';
import { attributes } from './netlink/message.ts';

/** NFT_MSG_GETGEN of nfnetlink's subsystem nf_tables. */
const GET_GENERATION = (10 << 8) | 16;
const NFTA_GEN_ID = 1;
const HEADER = 4;

/**
 * A word for the rules that nf_tables has in a namespace now, of all families: it changes with every change of them,
 * and none is used twice. Undefined where the kernel does not count them.
 */
export function ruleState(netns?: string): Promise<string | undefined> {
  return converse(
    netns,
    async (kernel) => {
      const namespace = kernel.namespace();
      const answer = await kernel.get({ type: GET_GENERATION, body: Buffer.alloc(HEADER) });
      if (namespace === undefined || 'text' in answer) return undefined;
      const generation = attributes(answer.body, HEADER).get(NFTA_GEN_ID)?.readUInt32BE(0);
      return generation === undefined ? undefined : `${namespace} ${generation}`;
    },
    NETLINK_NETFILTER,
  );
}
