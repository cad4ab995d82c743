import type { Config } from '../../../config/option.ts';
import { serviceProviders } from '../../../config/options/index.ts';
import { fault } from '../../errors/index.ts';
import type { Kind } from '../routers/kind.ts';
import type { Item, ResourceService } from '../service.ts';

/** A driver that can provide a kind of service, under the name by which operators know it. */
export interface ServiceProvider {
  readonly service_type: string;
  readonly name: string;
  /** Class path of Neutron's driver. */
  readonly driver: string;
  readonly default: boolean;
}

const L3 = 'L3_ROUTER_NAT';
const PACKAGE = 'neutron.services.l3_router.service_providers';

/** The drivers of routers by class path, in the order in which they are tried, with their providers' names. */
const DRIVERS: Readonly<Record<string, Kind & { readonly name: string }>> = {
  [`${PACKAGE}.dvrha.DvrHaDriver`]: { name: 'dvrha', ha: true, distributed: true },
  [`${PACKAGE}.dvr.DvrDriver`]: { name: 'dvr', ha: false, distributed: true },
  [`${PACKAGE}.ha.HaDriver`]: { name: 'ha', ha: true, distributed: false },
  [`${PACKAGE}.single_node.SingleNodeDriver`]: { name: 'single_node', ha: false, distributed: false },
};

/** The kind of routers that a provider makes; it makes no other. */
export const kindMade = ({ driver }: ServiceProvider): Kind => DRIVERS[driver]!;

const MOST_CHARACTERS = 255;

function parse(line: string): ServiceProvider {
  const [service_type, name, driver, last = '', ...more] = line.split(':');
  if (!service_type || name === undefined || driver === undefined || more.length > 0) {
    throw new Error(`[service_providers] service_provider is type:name:driver[:default], not "${line}"`);
  }
  if (last !== '' && last !== 'default') {
    throw new Error(`[service_providers] service_provider ends with "default" or nothing, not "${line}"`);
  }
  if (name.length > MOST_CHARACTERS) {
    throw new Error(`Provider name ${name} is limited by ${MOST_CHARACTERS} characters`);
  }
  return { service_type, name: name.toLowerCase(), driver, default: last === 'default' };
}

/**
 * The providers of routers: those of the configuration, then the built-in ones that it does not replace. Only drivers
 * that are built in can be named.
 * @throws Error that says which line cannot be served
 */
export function routerProviders(config: Config): readonly ServiceProvider[] {
  const given = config
    .group(serviceProviders)
    .service_provider.map(parse)
    .filter(({ service_type }) => service_type === L3);
  for (const [at, provider] of given.entries()) {
    const others = given.slice(0, at);
    if (DRIVERS[provider.driver] === undefined) {
      const known = Object.keys(DRIVERS).join(', ');
      throw new Error(
        `Service provider ${provider.name} names the driver ${provider.driver}; known: ${known}`,
      );
    }
    if (others.some(({ name }) => name === provider.name)) {
      throw new Error(`Multiple providers specified for service ${L3}: ${provider.name}`);
    }
    if (others.some(({ driver }) => driver === provider.driver)) {
      throw new Error(`Driver ${provider.driver} is not unique across providers`);
    }
    if (provider.default && others.some((other) => other.default)) {
      throw new Error(`Multiple default providers for service ${L3}`);
    }
  }
  const builtIn = Object.entries(DRIVERS)
    .map(([driver, { name }]) => ({ service_type: L3, name, driver, default: false }))
    .filter((own) => !given.some(({ name, driver }) => name === own.name || driver === own.driver));
  return [...given, ...builtIn];
}

/** The service_providers resource: what there is to choose from. A filter compares as Neutron's: as text. */
export const createProviderService = (providers: readonly ServiceProvider[]): ResourceService => ({
  async list(_context, { filters }) {
    const wanted = Object.entries(filters).filter(([key]) => key in providers[0]!);
    const items: readonly Item[] = providers.map((provider) => ({ ...provider }));
    return items.filter((item) => wanted.every(([key, values]) => values.includes(item[key])));
  },
  async get() {
    throw fault('HTTPNotFound');
  },
});
