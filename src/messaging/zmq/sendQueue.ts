import type { Dealer, Router } from 'zeromq';

type Message = (string | Buffer)[];

/** Sends in order, one at a time, as a socket of zeromq.js demands; `onFailure` gets what could not be sent. */
export class SendQueue {
  readonly #socket: Dealer | Router;
  readonly #onFailure: (message: Message) => void;
  readonly #waiting: Message[] = [];
  #sending = false;

  constructor(socket: Dealer | Router, onFailure: (message: Message) => void) {
    this.#socket = socket;
    this.#onFailure = onFailure;
  }

  push(message: Message): void {
    this.#waiting.push(message);
    if (!this.#sending) void this.#run();
  }

  async #run(): Promise<void> {
    this.#sending = true;
    for (let message = this.#waiting.shift(); message; message = this.#waiting.shift())
      try {
        if (this.#socket.closed) return;
        await this.#socket.send(message);
      } catch {
        this.#onFailure(message);
      }
    this.#sending = false;
  }
}
