/**
 * Messages of netlink as bytes, in the byte order of the host: a header of 16 bytes, the header of the message's family,
 * attributes. Pure.
 */
export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly body: Buffer;
}

/** What is asked of the kernel; its sequence number is given when it is sent. */
export type Request = Pick<Message, 'type' | 'flags' | 'body'>;

const HEADER = 16;
/** Bits of an attribute's type that are not part of its number. */
const TYPE_MASK = 0x3fff;

const aligned = (length: number): number => (length + 3) & ~3;

export function encode({ type, flags, sequence, body }: Message): Buffer {
  const bytes = Buffer.alloc(aligned(HEADER + body.length));
  bytes.writeUInt32LE(HEADER + body.length, 0);
  bytes.writeUInt16LE(type, 4);
  bytes.writeUInt16LE(flags, 6);
  bytes.writeUInt32LE(sequence, 8);
  body.copy(bytes, HEADER);
  return bytes;
}

/** The messages of one datagram. */
export function* decode(datagram: Buffer): Generator<Message> {
  for (let at = 0; at + HEADER <= datagram.length; ) {
    const length = datagram.readUInt32LE(at);
    if (length < HEADER || at + length > datagram.length) return;
    yield {
      type: datagram.readUInt16LE(at + 4),
      flags: datagram.readUInt16LE(at + 6),
      sequence: datagram.readUInt32LE(at + 8),
      body: datagram.subarray(at + HEADER, at + length),
    };
    at += aligned(length);
  }
}

/** A number of so many bits. */
export function number(bits: 8 | 16 | 32, value: number): Buffer {
  const bytes = Buffer.alloc(bits / 8);
  bytes.writeUIntLE(value, 0, bits / 8);
  return bytes;
}

/** A port or another number that stands in the order of the network. */
export function networkNumber(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

/** A text with its end. */
export const text = (value: string): Buffer => Buffer.from(`${value}\0`);

/** An attribute; several values are attributes within it. */
export function attribute(type: number, ...values: readonly Buffer[]): Buffer {
  const value = values.length === 1 ? values[0]! : Buffer.concat(values);
  const bytes = Buffer.alloc(aligned(4 + value.length));
  bytes.writeUInt16LE(4 + value.length, 0);
  bytes.writeUInt16LE(type, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** Attributes with their numbers in the order they stand, from where the family's header ends; a number may come again. */
export function* sequenceOf(bytes: Buffer, from = 0): Generator<readonly [number, Buffer]> {
  for (let at = aligned(from); at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > bytes.length) return;
    yield [bytes.readUInt16LE(at + 2) & TYPE_MASK, bytes.subarray(at + 4, at + length)];
    at += aligned(length);
  }
}

/** The same by number. */
export const attributes = (bytes: Buffer, from = 0): ReadonlyMap<number, Buffer> =>
  new Map(sequenceOf(bytes, from));

/** The text of an attribute, without its end. */
export const textOf = (bytes: Buffer | undefined): string | undefined =>
  bytes?.toString('utf8').replace(/\0.*$/s, '');

/** The number of an attribute of 8, 16 or 32 bits. */
export const numberOf = (bytes: Buffer | undefined): number | undefined =>
  bytes && bytes.length > 0 ? bytes.readUIntLE(0, Math.min(bytes.length, 4)) : undefined;

/** A MAC; empty for none. */
export const macOf = (bytes: Buffer | undefined): string =>
  bytes ? (bytes.toString('hex').match(/../g) ?? []).join(':') : '';
