import { errorText } from '../libc.ts';
import { attributes, type Message, textOf } from './message.ts';
import { NLMSG_ERROR } from './numbers.ts';

/** What the kernel says of a request that it refused. */
export interface Refusal {
  /** The system's error number, positive. */
  readonly number: number;
  /** What the number means, and what the kernel says beside it. */
  readonly text: string;
}

/** Numbers of errors. */
export const ENODEV = 19;

/** Flags of an answer: the request is not repeated whole, and attributes follow. */
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;
const HEADER = 16;

/** How many bytes of the request an answer repeats after the error's number. */
function repeated(type: number, flags: number, body: Buffer): number {
  if (type !== NLMSG_ERROR) return 0;
  return flags & NLM_F_CAPPED ? HEADER : body.readUInt32LE(4);
}

/** Reads an answer that ends a conversation, NLMSG_ERROR or NLMSG_DONE; undefined when all went well. */
export function readRefusal({ type, flags, body }: Message): Refusal | undefined {
  const number = body.length < 4 ? 0 : -body.readInt32LE(0);
  if (number <= 0) return undefined;
  const said = flags & NLM_F_ACK_TLVS ? attributes(body, 4 + repeated(type, flags, body)) : undefined;
  const words = textOf(said?.get(NLMSGERR_ATTR_MSG));
  return { number, text: words ? `${errorText(number)}: ${words}` : errorText(number) };
}
