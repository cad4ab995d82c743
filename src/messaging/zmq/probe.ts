import { Context, Dealer, type EventType } from 'zeromq';
import { readClientKeys } from './keys.ts';
import { isLoopback } from './loopback.ts';
import type { ZmqSettings } from './settings.ts';
import { watchSocket } from './watch.ts';

/** How the hub answers. keys: the own ones cannot be read; refused: they are not taken; silent: it says nothing. */
export type HubAnswer =
  | { readonly state: 'open' }
  | { readonly state: 'keys' | 'refused' | 'silent'; readonly reason: string };

/** Makes the handshake with the hub and leaves without a word. Resolves with 'silent' after `seconds`. */
export async function probeHub(settings: ZmqSettings, seconds: number): Promise<HubAnswer> {
  const { keysDirectory, host, port } = settings;
  let keys: ReturnType<typeof readClientKeys> | undefined;
  try {
    keys = keysDirectory === undefined ? undefined : readClientKeys(keysDirectory);
  } catch (error) {
    return { state: 'keys', reason: (error as Error).message };
  }
  if (keys === undefined && !isLoopback(host))
    return { state: 'keys', reason: `RPC to ${host} leaves this machine, and there are no keys for it` };
  const socket = new Dealer({
    // The end of the process waits for no answer.
    context: new Context({ blocky: false }),
    linger: 0,
    ...(keys
      ? {
          curvePublicKey: keys.own.publicKey,
          curveSecretKey: keys.own.secretKey,
          curveServerKey: keys.server,
        }
      : {}),
  });
  return new Promise<HubAnswer>((resolve, reject) => {
    let ended = false;
    const end = (answer: HubAnswer | undefined): void => {
      if (ended || !answer) return;
      ended = true;
      clearTimeout(timer);
      close();
      resolve(answer);
    };
    const reason = `it takes the connection and says nothing for ${seconds} s`;
    const timer = setTimeout(() => end({ state: 'silent', reason }), seconds * 1000);
    const close = watchSocket(socket, (event) => end(meaning(event)));
    try {
      socket.connect(`tcp://${host}:${port}`);
    } catch (error) {
      clearTimeout(timer);
      close();
      reject(error);
    }
  });
}

function meaning(event: EventType): HubAnswer | undefined {
  switch (event) {
    case 'handshake':
      return { state: 'open' };
    case 'handshake:error:auth':
      return { state: 'refused', reason: 'our key is not admitted' };
    case 'handshake:error:protocol':
      return { state: 'refused', reason: 'it speaks without keys, or another protocol' };
    case 'disconnect':
      // One that has other keys than we know of cannot read our greeting.
      return { state: 'refused', reason: 'it hangs up at our greeting' };
    default:
      return undefined;
  }
}
