/** No reply came in time. The call may have been executed, or may yet be. */
export class MessagingTimeout extends Error {
  constructor(method: string, topic: string, seconds: number) {
    super(`Timed out after ${seconds} s waiting for a reply to ${method} on ${topic}`);
    this.name = 'MessagingTimeout';
  }
}

/** The message could not be handed over; nobody has it. */
export class MessageDeliveryFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MessageDeliveryFailure';
  }
}

/** Nobody listens where the message goes: its receiver is not there, or not yet. */
export class NoReceiver extends MessageDeliveryFailure {
  /** @param to `topic` or `topic.server` */
  constructor(to: string) {
    super(`Nobody listens on ${to}`);
    this.name = 'NoReceiver';
  }
}

/** Where a message goes, as a broker names it. */
export const addressOf = ({ topic, server }: { readonly topic: string; readonly server?: string }): string =>
  server === undefined ? topic : `${topic}.${server}`;

/** The other side raised an error; `excType` is its class there, e.g. PortNotFound. */
export class RemoteError extends Error {
  readonly excType: string;
  readonly module: string;
  readonly traceback: readonly string[];
  readonly kwargs: Readonly<Record<string, unknown>>;

  constructor(
    excType: string,
    module: string,
    message: string,
    traceback: readonly string[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
    this.name = 'RemoteError';
    this.excType = excType;
    this.module = module;
    this.traceback = traceback;
    this.kwargs = kwargs;
  }
}

/** An error with its oslo module; the class name is `name`. */
export class DispatchError extends Error {
  readonly module = 'oslo_messaging.rpc.dispatcher';

  constructor(name: 'NoSuchMethod' | 'UnsupportedVersion', message: string) {
    super(message);
    this.name = name;
  }
}

/** A message whose envelope or body this version cannot read. */
export class UnreadableMessage extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreadableMessage';
  }
}
