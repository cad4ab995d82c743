import type { Dealer, EventType } from 'zeromq';

/** After the close of a socket, how long its own word that no more events come is waited for. */
const LAST_WORD_MILLISECONDS = 3000;

/**
 * Calls `on` for each event of a socket's connections. The function that is returned closes the socket.
 *
 * libzmq's last event, by which zeromq ends its watching, is lost now and then when the machine is busy; the watching
 * would then keep the process from ending. It is not ended before the socket: libzmq would wait for its reader for ever.
 */
export function watchSocket(socket: Dealer, on: (event: EventType) => void): () => void {
  const { events } = socket;
  async function read(): Promise<void> {
    while (!events.closed) on((await events.receive()).type);
  }
  // Rejects when the watching is ended from outside.
  void read().catch(() => undefined);
  return () => {
    socket.close();
    setTimeout(() => {
      if (!events.closed) events.close();
    }, LAST_WORD_MILLISECONDS).unref();
  };
}
