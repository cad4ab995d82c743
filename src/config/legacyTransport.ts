import type { Entry } from './file.ts';

/** Liberty's way to name the broker: one option each for what transport_url now says in one. */
export const TRANSPORT_NAMES: readonly string[] = [
  'DEFAULT/rpc_backend',
  ...['host', 'port', 'hosts', 'userid', 'password', 'virtual_host'].flatMap((name) => [
    `oslo_messaging_rabbit/rabbit_${name}`,
    `DEFAULT/rabbit_${name}`,
  ]),
];

const BACKENDS: Readonly<Record<string, string>> = {
  rabbit: 'rabbit',
  kombu: 'rabbit',
  impl_kombu: 'rabbit',
  'neutron.openstack.common.rpc.impl_kombu': 'rabbit',
  zmq: 'zmq',
  impl_zmq: 'zmq',
  'neutron.openstack.common.rpc.impl_zmq': 'zmq',
  fake: 'fake',
};

/**
 * The transport_url that a file's rabbit_* options and rpc_backend stand for, or undefined when there are none.
 * An rpc_backend without a counterpart keeps its own name as the scheme, so that opening it says what is unknown.
 */
export function legacyTransportUrl(entries: readonly Entry[]): string | undefined {
  const given = new Map<string, string>();
  for (const { section, name, value } of entries) {
    if (TRANSPORT_NAMES.includes(`${section}/${name}`)) given.set(name.replace('rabbit_', ''), value);
  }
  if (given.size === 0) return undefined;
  const backend = given.get('rpc_backend') ?? 'rabbit';
  const scheme = BACKENDS[backend] ?? backend;
  if (scheme !== 'rabbit') return `${scheme}://`;
  const user = encodeURIComponent(given.get('userid') ?? 'guest');
  const password = encodeURIComponent(given.get('password') ?? 'guest');
  const port = given.get('port') ?? '5672';
  const servers = (given.get('hosts') ?? given.get('host') ?? 'localhost')
    .split(',')
    .map((server) => server.trim())
    .map((server) => `${user}:${password}@${/:\d+$/.test(server) ? server : `${server}:${port}`}`);
  // The slash that separates is not part of the virtual host's name.
  const virtualHost = encodeURIComponent((given.get('virtual_host') ?? '/').replace(/^\/(?=.)/, ''));
  return `rabbit://${servers.join(',')}/${virtualHost === '%2F' ? '' : virtualHost}`;
}
