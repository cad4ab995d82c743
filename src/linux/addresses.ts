import { type Conversation, converse } from './netlink/conversation.ts';
import { indexOfDevice } from './netlink/device.ts';
import { attributes, numberOf } from './netlink/message.ts';
import { AF_UNSPEC, IFA, IFA_F_PERMANENT, nameIn, RTM_GETADDR, SCOPES } from './netlink/numbers.ts';
import { type DeviceNames, deviceNames } from './sockets/socket.ts';
import { addressText } from './sockets/socketAddress.ts';

/** An address of a device. */
export interface Address {
  readonly device: string;
  /** 'ADDRESS/PREFIX'. */
  readonly cidr: string;
  readonly scope: string;
  readonly broadcast?: string;
  readonly dynamic: boolean;
  /** Seconds; undefined for ever. */
  readonly validLifetime?: number;
  readonly preferredLifetime?: number;
}

const FOREVER = 4294967295;
const HEADER = 8;

/** Addresses of every device of the namespace, or of one. Rejects with DeviceMissing. */
export const listAddresses = (
  where: { netns?: string | undefined; device?: string } = {},
): Promise<readonly Address[]> => converse(where.netns, (kernel) => dumpAddresses(kernel, where));

/** The same where a conversation with the namespace is under way, whose devices may be known by index. */
export async function dumpAddresses(
  kernel: Conversation,
  { netns, device, known }: { netns?: string | undefined; device?: string; known?: DeviceNames },
): Promise<readonly Address[]> {
  const only = device === undefined ? undefined : indexOfDevice(device, netns);
  const request = { type: RTM_GETADDR, body: Buffer.from([AF_UNSPEC, 0, 0, 0, 0, 0, 0, 0]) };
  const bodies = (await kernel.dump(request, 'The addresses cannot be listed'))
    .map(({ body }) => body)
    .filter((body) => only === undefined || indexOf(body) === only)
    .toSorted((a, b) => indexOf(a) - indexOf(b));
  const names = known ?? deviceNames(bodies.map(indexOf), netns);
  return bodies.flatMap((body) => {
    const name = names.get(indexOf(body));
    return name === undefined ? [] : readAddress(body, name);
  });
}

const indexOf = (body: Buffer): number => body.readUInt32LE(4);

/** Reads a message of an address. */
function readAddress(body: Buffer, device: string): Address[] {
  const found = attributes(body, HEADER);
  const own = found.get(IFA.LOCAL) ?? found.get(IFA.ADDRESS);
  if (own === undefined) return [];
  const broadcast = found.get(IFA.BROADCAST);
  const flags = numberOf(found.get(IFA.FLAGS)) ?? body.readUInt8(2);
  const lifetimes = found.get(IFA.CACHEINFO);
  const preferred = lifetimes?.readUInt32LE(0) ?? FOREVER;
  const valid = lifetimes?.readUInt32LE(4) ?? FOREVER;
  return [
    {
      device,
      cidr: `${addressText(own)}/${body.readUInt8(1)}`,
      scope: nameIn(SCOPES, body.readUInt8(3)),
      dynamic: (flags & IFA_F_PERMANENT) === 0,
      ...(broadcast === undefined ? {} : { broadcast: addressText(broadcast) }),
      ...(valid >= FOREVER ? {} : { validLifetime: valid }),
      ...(preferred >= FOREVER ? {} : { preferredLifetime: preferred }),
    },
  ];
}
