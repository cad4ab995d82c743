import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dispatch } from '../../src/messaging/dispatch.ts';
import { decode, encodeRequest } from '../../src/messaging/envelope.ts';
import type { Json } from '../../src/messaging/transport.ts';
import { interfaces } from './interfaces.ts';
import { peer, type Recorded, reference } from './recordings.ts';

/** Each recorded message has one method among our interfaces, which asks for the recorded version. */

const PROVOKED = /\|(nope|update_port_status_to_active)$/;

const declared = ({ topic, method, kind }: Recorded) =>
  interfaces
    .filter((one) => one.topic === topic && Object.hasOwn(one.methods, method))
    .map((one) => ({ definition: one, declaration: one.methods[method]! }))
    .filter(({ declaration }) => declaration.kind === kind);

/** All endpoints of a topic, as a listener would have them; each method answers with its name. */
const endpointsOf = (topic: string) =>
  interfaces
    .filter((one) => one.topic === topic)
    .map(({ version, methods }) => ({
      version,
      methods: Object.fromEntries(Object.keys(methods).map((name) => [name, async () => name])),
    }));

describe('a recorded message is declared', () => {
  for (const recorded of [...peer(), ...reference()].filter(({ args, name }) => args && !PROVOKED.test(name)))
    it(recorded.name, async () => {
      const { method, version, topic } = recorded;
      const found = declared(recorded);
      assert.equal(found.length, 1);
      const [{ definition, declaration }] = found as [(typeof found)[0]];
      // A caller that knows a newer version than the method needs asks for that.
      if (recorded.name !== 'example q-plugin|get_dhcp_port') assert.equal(declaration.version, version);
      assert.equal(definition.namespace, undefined);
      const args = recorded.args as { [key: string]: Json };
      const incoming = decode(encodeRequest({ version }, method, args, {}));
      assert.equal(
        incoming.kind === 'request' && (await dispatch(endpointsOf(topic), incoming.request)),
        method,
      );
    });
});
