import { openSocket, receiveUntil, SOCK_RAW, type Socket, SocketFailed } from '../sockets/socket.ts';
import { decode, encode, type Message, type Request } from './message.ts';
import { NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NLMSG_DONE, NLMSG_ERROR } from './numbers.ts';
import { type Refusal, readRefusal } from './refusal.ts';

const AF_NETLINK = 16;
const NETLINK_ROUTE = 0;
export const NETLINK_NETFILTER = 12;
const SOL_SOCKET = 1;
const SO_NETNS_COOKIE = 71;
const SOL_NETLINK = 270;
const NETLINK_CAP_ACK = 10;
const NETLINK_EXT_ACK = 11;

/** The kernel answers while it is asked; longer than this it never takes to hand out what it has. */
const ANSWER_MILLISECONDS = 30_000;
/** Requests sent at once; their answers must fit in the socket's buffer. */
const TOGETHER = 64;
/** A table that changes while it is read is read again, so often. */
const READINGS = 10;

/** What one reading of a table gave: `torn` when the table changed meanwhile, so that something may lack. */
export interface Reading {
  readonly messages: readonly Message[];
  readonly refusal: Refusal | undefined;
  readonly torn: boolean;
}

/** Reads until a reading is whole. Rejects when none is: whoever took a torn one for the truth would remove what it lacks. */
export async function readWhole(what: string, readOnce: () => Promise<Reading>): Promise<Reading> {
  for (let times = 0; times < READINGS; times += 1) {
    const reading = await readOnce();
    if (!reading.torn) return reading;
  }
  throw new Error(`${what}: what the kernel has changed during each of ${READINGS} readings`);
}

/** A request that was refused as a whole: its operation, its namespace, and what the kernel says. */
export class NetlinkFailed extends Error {
  readonly refusal: Refusal;

  constructor(what: string, refusal: Refusal, netns: string | undefined) {
    super(`${what}${netns === undefined ? '' : ` (in namespace ${netns})`}: ${refusal.text}`);
    this.name = 'NetlinkFailed';
    this.refusal = refusal;
  }
}

/** An open socket to the kernel of one namespace; one thing is asked at a time. */
export interface Conversation {
  /** What no other namespace is or was called since the machine started; undefined where the kernel (< 5.14) gives none. */
  namespace(): bigint | undefined;
  /** Sends requests at once, which the kernel carries out in order, each by itself: what it refuses of each. */
  change(requests: readonly Request[]): Promise<readonly (Refusal | undefined)[]>;
  /** Everything that a request names, a message each. `what` stands in the error. */
  dump(request: Pick<Request, 'type' | 'body'>, what: string): Promise<readonly Message[]>;
  /** The one thing that a request names, or why there is none. */
  get(request: Pick<Request, 'type' | 'body'>): Promise<Message | Refusal>;
}

/**
 * Talks with the kernel of a named namespace, this process's own when not given. The socket, which would keep a deleted
 * namespace alive, is closed when the work ends. Rejects with NamespaceMissing.
 */
export async function converse<T>(
  netns: string | undefined,
  work: (conversation: Conversation) => Promise<T>,
  protocol: typeof NETLINK_ROUTE | typeof NETLINK_NETFILTER = NETLINK_ROUTE,
): Promise<T> {
  const socket = openSocket({ netns }, AF_NETLINK, SOCK_RAW, protocol);
  try {
    socket.setOption(SOL_NETLINK, NETLINK_CAP_ACK, 1);
    socket.setOption(SOL_NETLINK, NETLINK_EXT_ACK, 1);
    return await work(conversationOn(socket, netns));
  } finally {
    socket.close();
  }
}

function conversationOn(socket: Socket, netns: string | undefined): Conversation {
  let sequence = 0;

  /** Sends; `take` gets the answers and says when the last has come. */
  async function ask(requests: readonly Request[], take: (answer: Message) => boolean): Promise<void> {
    const messages = requests.map((request) => encode({ ...request, sequence: ++sequence }));
    // The kernel works while it is sent to, and waits for whoever else changes devices.
    await socket.sendAside(Buffer.concat(messages));
    const ended = await receiveUntil(socket, ANSWER_MILLISECONDS, (data) => {
      for (const answer of decode(data)) if (take(answer)) return true;
      return false;
    });
    if (!ended) throw new Error('The kernel did not answer a request of netlink');
  }

  async function readOnce(request: Pick<Request, 'type' | 'body'>): Promise<Reading> {
    const messages: Message[] = [];
    let refusal: Refusal | undefined;
    let torn = false;
    await ask([{ ...request, flags: NLM_F_REQUEST | NLM_F_DUMP }], (answer) => {
      if (answer.flags & NLM_F_DUMP_INTR) torn = true;
      if (answer.type !== NLMSG_ERROR && answer.type !== NLMSG_DONE) {
        messages.push(answer);
        return false;
      }
      refusal = readRefusal(answer);
      return true;
    });
    return { messages, refusal, torn };
  }

  async function changeTogether(requests: readonly Request[]): Promise<readonly (Refusal | undefined)[]> {
    const first = sequence + 1;
    const refusals: (Refusal | undefined)[] = [];
    let left = requests.length;
    const asked = requests.map((one) => ({ ...one, flags: one.flags | NLM_F_REQUEST | NLM_F_ACK }));
    await ask(asked, (answer) => {
      if (answer.type !== NLMSG_ERROR) return false;
      refusals[answer.sequence - first] = readRefusal(answer);
      left -= 1;
      return left === 0;
    });
    return Array.from(requests, (_, at) => refusals[at]);
  }

  return {
    namespace() {
      try {
        return socket.longOption(SOL_SOCKET, SO_NETNS_COOKIE);
      } catch (error) {
        if (error instanceof SocketFailed) return undefined;
        throw error;
      }
    },
    async change(requests) {
      const refusals: (Refusal | undefined)[] = [];
      for (let at = 0; at < requests.length; at += TOGETHER)
        refusals.push(...(await changeTogether(requests.slice(at, at + TOGETHER))));
      return refusals;
    },
    async dump(request, what) {
      const { messages, refusal } = await readWhole(what, () => readOnce(request));
      if (refusal) throw new NetlinkFailed(what, refusal, netns);
      return messages;
    },
    async get(request) {
      let found: Message | Refusal | undefined;
      await ask([{ ...request, flags: NLM_F_REQUEST }], (answer) => {
        found = (answer.type === NLMSG_ERROR ? readRefusal(answer) : undefined) ?? answer;
        return true;
      });
      return found!;
    },
  };
}
