import type { Config } from '../../../config/option.ts';
import { api, core, ml2, routers, securitygroup } from '../../../config/options/index.ts';
import type { Attribute, ResourceDefinition } from '../../../resources/definition.ts';
import { type Extension, extensions, type Needs } from '../../../resources/extensions.ts';

/** Service plugins as the option names them: by alias or by class. */
const plugins = { router: /^(router|.*L3RouterPlugin)$/, qos: /^(qos|.*QoSPlugin)$/ } as const;

/** Whether a configuration loads a service plugin. */
export const hasPlugin = (config: Config, plugin: keyof typeof plugins): boolean =>
  config.group(core).service_plugins.some((name) => plugins[plugin].test(name));

function met({ plugin, drivers, option }: Needs, config: Config): boolean {
  const switches = { ...config.group(api), ...config.group(routers), ...config.group(securitygroup) };
  const loadedDrivers = config.group(ml2).extension_drivers;
  return (
    (plugin === undefined || hasPlugin(config, plugin)) &&
    (drivers === undefined || drivers.some((name) => loadedDrivers.includes(name))) &&
    (option === undefined || switches[option] === true)
  );
}

/** The extensions that a configuration loads, in Neutron's order. */
export const loadedExtensions = (config: Config): Extension[] =>
  extensions.filter(({ needs = {} }) => met(needs, config));

/** An attribute with the limits that options set. */
function limited(attribute: Attribute, config: Config): Attribute {
  const { validate } = attribute;
  if (typeof validate !== 'object') return attribute;
  const { max_allowed_address_pair, dns_domain: domain } = config.group(core);
  if ('allowed_address_pairs' in validate) {
    return { ...attribute, validate: { allowed_address_pairs: max_allowed_address_pair } };
  }
  if ('dns_host_name' in validate && typeof validate.dns_host_name === 'number') {
    return { ...attribute, validate: { dns_host_name: { longest: validate.dns_host_name, domain } } };
  }
  return attribute;
}

/**
 * A resource as a configuration has it, without the attributes of extensions that it does not load; undefined when its
 * own extension is not loaded.
 */
export function loadedDefinition(
  definition: ResourceDefinition,
  config: Config,
): ResourceDefinition | undefined {
  const absent = new Set(
    extensions.filter(({ needs }) => needs !== undefined && !met(needs, config)).map(({ alias }) => alias),
  );
  const isAbsent = (alias: string | undefined) => alias !== undefined && absent.has(alias);
  if (isAbsent(definition.alias)) return undefined;
  const attributes = Object.fromEntries(
    Object.entries<Attribute>(definition.attributes)
      .filter(([, { alias }]) => !isAbsent(alias))
      .map(([name, attribute]) => [name, limited(attribute, config)]),
  );
  // project_id is shown beside tenant_id and is no attribute of its own.
  const isShown = (name: string) =>
    Object.hasOwn(attributes, name) || !Object.hasOwn(definition.attributes, name);
  return { ...definition, attributes, order: definition.order.filter(isShown) };
}
