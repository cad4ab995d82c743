import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { configOf } from '../../src/config/load.ts';
import { extensions } from '../../src/resources/extensions.ts';
import {
  type Attribute,
  children,
  members,
  type ResourceDefinition,
  resources,
} from '../../src/resources/index.ts';
import { loadedExtensions } from '../../src/server/services/extensions/loaded.ts';
import { departures } from './definitions/departures.ts';
import {
  inOurWords,
  type ReferenceAttribute,
  type ReferenceResource,
  referenceAttributes,
  referenceExtensions,
  referenceMissing,
} from './definitions/reference.ts';

const skip = referenceMissing;
const ofNeutron = extensions.filter(({ own }) => !own);
const ours = new Set(ofNeutron.map(({ alias }) => alias));
const isOurs = (alias: string | undefined) => alias === undefined || alias === 'core' || ours.has(alias);

const aspects = [
  'post',
  'put',
  'hidden',
  'filter',
  'sort',
  'enforcePolicy',
  'requiredByPolicy',
  'default',
  'optional',
  'convert',
  'convertList',
  'validate',
] as const satisfies readonly (keyof Attribute)[];

/** A rule without a parameter is the same as one whose parameter is null. */
const plainRules = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(plainRules);
  const entries = Object.entries(value);
  const [only] = entries;
  if (only && entries.length === 1 && only[1] === null) return only[0];
  return Object.fromEntries(entries.map(([key, item]) => [key, plainRules(item)]));
};

/** What one attribute says other than Neutron's: `aspect: theirs, ours`. */
function attributeDifferences(
  definition: ResourceDefinition,
  mine: Attribute,
  theirs: ReferenceAttribute,
): [string, string][] {
  const expected = inOurWords(theirs);
  const found: [string, string][] = aspects
    // What a client may not give has no default, and nobody chooses it.
    .filter((aspect) => aspect !== 'optional' || mine.post || mine.put)
    .filter((aspect) => !isDeepStrictEqual(plainRules(mine[aspect]), plainRules(expected[aspect])))
    .map((aspect) => [
      aspect,
      `Neutron ${JSON.stringify(expected[aspect])}, here ${JSON.stringify(mine[aspect])}`,
    ]);
  const alias = mine.alias ?? definition.alias ?? 'core';
  const byDefinition = theirs.added_by === 'core' && mine.alias === undefined;
  if (theirs.added_by !== undefined && theirs.added_by !== alias && !byDefinition) {
    found.push(['alias', `Neutron ${theirs.added_by}, here ${alias}`]);
  }
  return found;
}

/** Neutron names a project tenant_id or project_id and takes either for the other. */
const ownName = (definition: ResourceDefinition, name: string): string => {
  if (Object.hasOwn(definition.attributes, name)) return name;
  return name === 'project_id' ? 'tenant_id' : name;
};

/** Every difference of a definition, as `where`, `what` and the values. */
function differences(
  definition: ResourceDefinition,
  reference: ReferenceResource,
): [string, string, string][] {
  const found: [string, string, string][] = [];
  const attributes = definition.attributes;
  const wanted = Object.entries(reference.attributes).filter(
    ([, theirs]) => isOurs(theirs.added_by) && isOurs(theirs.only_with_extension),
  );
  for (const [name, theirs] of wanted) {
    const where = `${definition.name}.${name}`;
    const mine: Attribute | undefined = attributes[ownName(definition, name)];
    if (mine) {
      for (const [what, values] of attributeDifferences(definition, mine, theirs))
        found.push([where, what, values]);
    } else {
      found.push([where, 'missing', JSON.stringify(theirs)]);
    }
  }
  if (definition.alias !== undefined && wanted.some(([, { added_by }]) => added_by === 'core')) {
    found.push([definition.name, 'alias', `Neutron core, here ${definition.alias}`]);
  }
  const known = new Set(wanted.map(([name]) => ownName(definition, name)));
  for (const name of Object.keys(attributes)) {
    if (!known.has(name)) found.push([`${definition.name}.${name}`, 'too many', '']);
  }
  const order = wanted
    .map(([name]) => ownName(definition, name))
    .filter((name) => Object.hasOwn(attributes, name));
  const mine = Object.keys(attributes).filter((name) => known.has(name));
  if (!isDeepStrictEqual(order, mine)) found.push([definition.name, 'order', `${order} here ${mine}`]);
  return found;
}

const described = (rows: readonly (readonly string[])[]) => rows.map((row) => row.join(' ')).sort();

const all: readonly (readonly [ResourceDefinition, () => ReferenceResource])[] = skip
  ? []
  : [
      ...Object.values(resources).map(
        (definition) => [definition, () => referenceAttributes().resources[definition.collection]!] as const,
      ),
      ...Object.values(children).map(
        (definition) =>
          [
            definition,
            () => {
              const { sub_resources: known } = referenceAttributes();
              const { below, path, collection } = definition;
              return (known[`${below}/${path}`] ?? known[`${below}/${collection}`])!;
            },
          ] as const,
      ),
    ];

test('every definition says of every attribute what Neutron says', { skip }, () => {
  const found = all.flatMap(([definition, reference]) => differences(definition, reference()));
  const listed = new Set(departures.map(([where, what]) => `${where} ${what}`));
  const unlisted = found.filter(([where, what]) => !listed.has(`${where} ${what}`));
  assert.deepEqual(described(unlisted), [], 'differences that no row of departures.ts explains');
  const gone = [...listed].filter((row) => !found.some(([where, what]) => row === `${where} ${what}`));
  assert.deepEqual(gone, [], 'rows of departures.ts that are no difference any more');
});

test('paths, actions, quotas and tags are those of Neutron', { skip }, () => {
  for (const [definition, reference] of all) {
    const { path, member_actions, quota, tag_support } = reference();
    assert.equal(
      path
        .split(/\/(?=\{tenant_id)/)[0]!
        .split('/')
        .at(-1),
      definition.path.replace('floatingip_', 'floatingip-').split('/').at(-1),
    );
    assert.deepEqual(
      [...(definition.actions ?? [])].sort(),
      Object.keys(member_actions ?? {}).sort(),
      definition.name,
    );
    assert.equal(definition.quota, quota?.default, definition.name);
    assert.equal(definition.tags ?? false, tag_support ?? false, definition.name);
  }
});

test('lists below another resource show what Neutron shows, and add by the same attribute', { skip }, () => {
  const known = referenceAttributes().sub_resources;
  for (const { below, path, shows, ...definition } of Object.values(members)) {
    const reference = known[`${below.name}/${path}`];
    if (!reference) continue;
    const adds = 'adds' in definition ? [definition.adds] : Object.keys(shows.attributes);
    assert.deepEqual(Object.keys(reference.attributes).sort(), adds.toSorted(), path);
  }
});

test('each of the extensions is described as Neutron describes it', { skip }, () => {
  const { live_sets, extensions: described } = referenceExtensions();
  const wanted = new Set([
    ...live_sets.guide!,
    ...live_sets.dns_domain_keywords!,
    'tag-ports-during-bulk-creation',
    ...live_sets.all_service_plugins!.filter((alias) => /^qos(?!-fip|-gateway-ip)/.test(alias)),
  ]);
  assert.deepEqual([...ours].sort(), [...wanted].sort());
  for (const { alias, name, description, updated } of ofNeutron) {
    const theirs = described[alias];
    assert(theirs, alias);
    assert.deepEqual(
      { description, updated },
      { description: theirs.description, updated: theirs.updated },
      alias,
    );
    // Neutron counts up the resources whose models are loaded: the guide's server says this, the reference's another.
    if (alias !== 'standard-attr-tag') assert.equal(name, theirs.name);
  }
});

test('filters are validated for those of which Neutron validates them', { skip }, () => {
  for (const definition of Object.values<ResourceDefinition>(resources)) {
    const { filter_validation = true } = referenceAttributes().resources[definition.collection]!;
    assert.equal(definition.anyFilter ?? false, !filter_validation, definition.name);
  }
});

const guide = 'service_plugins=router; extension_drivers=port_security';
const configurations: Readonly<Record<string, string>> = {
  guide,
  no_dvr: `${guide}; enable_dvr=false`,
  no_service_plugins: '',
  dns: 'service_plugins=router; extension_drivers=dns',
  dns_domain_keywords: 'service_plugins=router; extension_drivers=dns_domain_keywords',
  dns_domain_ports: 'service_plugins=router; extension_drivers=dns_domain_ports',
  filter_validation_off: `${guide}; filter_validation=false`,
  router_only_no_ext_drivers: 'service_plugins=router',
  secgroup_off:
    'service_plugins=router; extension_drivers=port_security,subnet_dns_publish_fixed_ip,tag_ports_during_bulk_creation; enable_security_group=false',
};

/** A configuration written in a line: `option=value; option=value`. */
const configured = (line: string) => {
  const sections: Readonly<Record<string, string>> = {
    extension_drivers: 'ml2',
    enable_security_group: 'securitygroup',
  };
  const options = line.split('; ').filter(Boolean);
  return configOf(
    options.map((option) => `[${sections[option.split('=')[0]!] ?? 'DEFAULT'}]\n${option}\n`).join(''),
  );
};

for (const [name, line] of Object.entries(configurations)) {
  test(`with '${line}' the extensions are listed that Neutron lists`, { skip }, () => {
    const theirs = referenceExtensions().live_sets[name]!.filter((alias) => ours.has(alias));
    const listed = loadedExtensions(configured(line)).flatMap(({ alias, own }) => (own ? [] : [alias]));
    assert.deepEqual(listed.sort(), theirs.toSorted());
  });
}
