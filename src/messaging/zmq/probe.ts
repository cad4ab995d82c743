import { Context, Dealer } from 'zeromq';
import { readClientKeys } from './keys.ts';
import { isLoopback } from './loopback.ts';
import type { ZmqSettings } from './settings.ts';

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
  try {
    return await new Promise<HubAnswer>((resolve) => {
      const end = (answer: HubAnswer): void => {
        clearTimeout(timer);
        resolve(answer);
      };
      const reason = `it takes the connection and says nothing for ${seconds} s`;
      const timer = setTimeout(() => resolve({ state: 'silent', reason }), seconds * 1000);
      const refused = (why: string) => () => end({ state: 'refused', reason: why });
      socket.events.on('handshake', () => end({ state: 'open' }));
      socket.events.on('handshake:error:auth', refused('our key is not admitted'));
      socket.events.on('handshake:error:protocol', refused('it speaks without keys, or another protocol'));
      // One that has other keys than we know of cannot read our greeting.
      socket.events.on('disconnect', refused('it hangs up at our greeting'));
      socket.connect(`tcp://${host}:${port}`);
    });
  } finally {
    socket.close();
  }
}
