import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { keystoneAuthtoken, messaging, metadataAgent, nova } from '../../../config/options/index.ts';
import { nameIsLoopback, nameUnresolvable } from '../../../health/catalogue/identity.ts';
import { type Check, failing, notChecked } from '../../../health/checks.ts';
import type { Finding } from '../../../health/finding.ts';
import { transportOf } from '../../../messaging/open.ts';
import { isLoopback } from '../../../messaging/zmq/loopback.ts';
import { databaseUrl } from '../../../server/db/settings.ts';
import { parseDatabaseUrl } from '../../../server/db/url.ts';
import type { DoctorContext } from '../../context.ts';
import { MILLISECONDS } from './reach.ts';

/** A host that an option names. */
export interface NamedHost {
  readonly name: string;
  readonly option: string;
  /** Others reach us, or we reach others, by this name: it must not be our own loopback address. */
  readonly mustLeave: boolean;
}

const attempt = <T>(read: () => T[]): T[] => {
  try {
    return read();
  } catch {
    // What cannot be read is said where it is read.
    return [];
  }
};

const hostOf = (url: string | null): string[] => (url && URL.canParse(url) ? [new URL(url).hostname] : []);

/** Every host that the configuration of this host's daemons names. */
function namedHosts({ programs, configOf }: DoctorContext): NamedHost[] {
  const server = configOf('neutron-server');
  const [any] = programs;
  const metadata = configOf('neutron-metadata-agent');
  const transport = attempt(() => {
    if (!any || any.config.group(messaging).transport_url === null) return [];
    const { scheme, hosts } = transportOf(any.config);
    const mustLeave = scheme === 'zmq' || server === undefined;
    return hosts.map(({ host }) => ({ name: host, option: '[DEFAULT] transport_url', mustLeave }));
  });
  const databases = attempt(() => {
    const location = server && parseDatabaseUrl(databaseUrl(server));
    return location?.dialect === 'mariadb' && location.socketPath === undefined ? [location.host] : [];
  });
  const plain = (option: string, names: readonly string[]) =>
    names.map((name) => ({ name, option, mustLeave: false }));
  return [
    ...transport,
    ...plain('[database] connection', databases),
    ...plain('[keystone_authtoken] auth_url', hostOf(server?.group(keystoneAuthtoken).auth_url ?? null)),
    ...plain('[nova] auth_url', hostOf(server?.group(nova).auth_url ?? null)),
    ...plain(
      '[DEFAULT] nova_metadata_host',
      metadata ? [metadata.group(metadataAgent).nova_metadata_host] : [],
    ),
  ].filter(({ name }) => name !== '' && name !== 'localhost' && isIP(name) === 0);
}

async function addressIn(name: string): Promise<string | undefined> {
  const late = new Promise<undefined>((resolve) => setTimeout(resolve, MILLISECONDS, undefined).unref());
  const found = lookup(name).then(
    ({ address }) => address,
    () => undefined,
  );
  return Promise.race([found, late]);
}

/** Whether this host knows the hosts that its configuration names. */
export const names: Check<DoctorContext> = {
  name: 'names of hosts',
  async run(context) {
    const { host, programs } = context;
    if (programs.length === 0) return notChecked(context.unknown());
    const byName = [...Map.groupBy(namedHosts(context), ({ name }) => name)];
    const found = await Promise.all(
      byName.map(async ([name, places]) => ({ name, places, address: await addressIn(name) })),
    );
    const findings = found.flatMap(({ name, places, address }): Finding[] => {
      const options = places.map(({ option }) => option);
      if (address === undefined) return [nameUnresolvable.found({ name, options }, { host })];
      const [place] = places.filter(({ mustLeave }) => mustLeave && isLoopback(address));
      return place ? [nameIsLoopback.found({ name, address, option: place.option }, { host })] : [];
    });
    return failing(
      findings,
      found.map(({ name, address }) => `${name} is ${address}`).join(', ') || 'none is named',
    );
  },
};
