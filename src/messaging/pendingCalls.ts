import type { Reply } from './envelope.ts';
import { MessagingTimeout } from './errors.ts';
import { decodeFailure } from './failure.ts';
import type { Json } from './transport.ts';

interface Pending {
  readonly resolve: (result: Json) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
  /** From the first part of a reply in two messages (Liberty). */
  partial?: Json;
}

/** Calls that wait for their reply. */
export class PendingCalls {
  readonly #calls = new Map<string, Pending>();

  /** Resolves or rejects with the reply, or rejects with MessagingTimeout. */
  wait(messageId: string, method: string, topic: string, seconds: number): Promise<Json> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#calls.delete(messageId);
        reject(new MessagingTimeout(method, topic, seconds));
      }, seconds * 1000);
      this.#calls.set(messageId, { resolve, reject, timer });
    });
  }

  /** Hands a reply to its caller; false when nobody waits any more. */
  settle({ messageId, result, failure, ending }: Reply): boolean {
    const call = this.#calls.get(messageId);
    if (!call) return false;
    if (!ending && failure === null) {
      call.partial = result;
      return true;
    }
    this.#forget(messageId, call);
    if (failure !== null) call.reject(decodeFailure(failure));
    else call.resolve(call.partial ?? result);
    return true;
  }

  /** Gives up one call: its request could not be sent. */
  fail(messageId: string, error: Error): void {
    const call = this.#calls.get(messageId);
    if (!call) return;
    this.#forget(messageId, call);
    call.reject(error);
  }

  failAll(error: Error): void {
    for (const messageId of [...this.#calls.keys()]) this.fail(messageId, error);
  }

  #forget(messageId: string, call: Pending): void {
    clearTimeout(call.timer);
    this.#calls.delete(messageId);
  }
}
