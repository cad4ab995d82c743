import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { configOf } from '../../src/config/load.ts';
import { type ResourceDefinition, resources } from '../../src/resources/index.ts';
import { loadedDefinition } from '../../src/server/services/extensions/loaded.ts';
import { guide, startApi, type TestApi } from './api.ts';
import { make } from './guideState.ts';

let api: TestApi;
const ids: Record<string, string> = {};

before(async () => {
  api = await startApi();
  for (const name of ['a', 'B', '']) {
    ids[`network ${name}`] = (await make(api, 'networks', { network: { name } })).id!;
  }
  const network_id = ids['network a'];
  const subnet = { network_id, ip_version: 4, cidr: '10.1.0.0/24', gateway_ip: null };
  await make(api, 'subnets', { subnet });
  const port = { network_id, name: 'p', fixed_ips: [{ ip_address: '10.1.0.77' }] };
  await make(api, 'ports', { port: { ...port, mac_address: 'fa:16:3e:00:00:01' } });
  const security_group = await make(api, 'security-groups', { security_group: { name: 'web' } });
  const rule = { security_group_id: security_group.id, direction: 'ingress', protocol: 'tcp' };
  await make(api, 'security-group-rules', {
    security_group_rule: { ...rule, port_range_min: 80, port_range_max: 80 },
  });
});

after(() => api.close());

/** Requests that Python Neutron 21.0 refuses with these words: observed on the guide's cloud. */
const refused: readonly (readonly [path: string, message: string, type?: string])[] = [
  ['networks?foo=1&foo=2&bar=1', "['foo', 'bar'] is invalid attribute for filtering"],
  ['routers?limit=-1&foo=1', "['foo'] is invalid attribute for filtering"],
  ['agents?tenant_id=a', "['tenant_id'] is invalid attribute for filtering"],
  ['networks?limit=', "Bad limit request: Limit must be an integer 0 or greater and not ''.", 'BadRequest'],
  [
    'networks?limit=1.0',
    "Bad limit request: Limit must be an integer 0 or greater and not '1.0'.",
    'BadRequest',
  ],
  [
    'networks?limit=-1',
    "Bad limit request: Limit must be an integer 0 or greater and not '-1'.",
    'BadRequest',
  ],
  ['networks?sort_key=zz&sort_dir=zz', "['zz'] is invalid attribute for sort_keys"],
  [
    'networks?sort_key=name&sort_dir=up',
    "['up'] is invalid value for sort_dirs, valid value is 'asc' and 'desc'",
  ],
  ['networks?sort_key=name', 'The number of sort_keys and sort_dirs must be same'],
  [
    'networks?admin_state_up=',
    "Invalid input for operation: '' cannot be converted to boolean.",
    'InvalidInput',
  ],
  ['networks?mtu=abc', "Invalid input for operation: 'abc' is not an integer.", 'InvalidInput'],
  ['subnets?ip_version=x', "Invalid input for operation: 'x' is not an integer.", 'InvalidInput'],
  ['subnets?cidr=x', 'Invalid input for operation: x is not in a CIDR format.', 'InvalidInput'],
  [
    'ports?fixed_ips=ip_address',
    "Invalid input for operation: 'ip_address' is not of the form <key>=[value].",
    'InvalidInput',
  ],
  ['ports?fixed_ips=', "Invalid input for operation: '' is not of the form <key>=[value].", 'InvalidInput'],
  ['security-group-rules?port_range_min=', 'Invalid value for port ', 'SecurityGroupInvalidPortValue'],
  [
    'agents?alive=bogus',
    "Invalid input for operation: 'bogus' cannot be converted to boolean.",
    'InvalidInput',
  ],
];

for (const [path, message, type = 'HTTPBadRequest'] of refused) {
  test(`GET ${path} is refused as Neutron refuses it`, async () => {
    const { status, body } = await api.request('admin', 'GET', `/v2.0/${path}`);
    assert.deepEqual(
      { status, body },
      { status: 400, body: { NeutronError: { type, message, detail: '' } } },
    );
  });
}

/** What lists select: the value of one attribute of each member. */
const selected: readonly (readonly [path: string, field: string, values: readonly unknown[]])[] = [
  ['networks?name=', 'name', ['']],
  ['networks?name=&name=a', 'name', ['', 'a']],
  ['networks?name=None', 'name', []],
  ['networks?name=a&fields=id&fields=name', 'name', ['a']],
  ['networks?description=', 'name', ['', 'B', 'a']],
  ['networks?tenant_id=a&project_id=b', 'name', []],
  [
    'networks?tenant_id=bba0714c43444fba93f0d459cf3b0d13&project_id=bba0714c43444fba93f0d459cf3b0d13&name=a',
    'name',
    ['a'],
  ],
  ['networks?limit=0&marker=zz&name=a', 'name', ['a']],
  ['networks?marker=zz&name=a', 'name', ['a']],
  ['networks?status=ACTIVE&status=DOWN&name=a', 'name', ['a']],
  ['networks?sort_key=&sort_dir=&name=a', 'name', ['a']],
  ['networks?fields=bogus&name=a', 'name', [undefined]],
  ['networks?fields=&fields=name&name=a', 'name', ['a']],
  ['networks?revision_number=abc', 'name', []],
  ['networks?tags-any=', 'name', []],
  ['networks?not-tags-any=x,', 'name', ['', 'B', 'a']],
  ['agents?alive=False', 'id', []],
  ['ports?mac_address=zz', 'name', []],
  ['ports?mac_address=fa:16:3e:00:00:01', 'name', ['p']],
  ['ports?fixed_ips=ip_address_substr%3D1.0.7', 'name', ['p']],
  ['ports?fixed_ips=ip_address_substr%3D9', 'name', []],
  ['ports?fixed_ips=ip_address%3D10.1.0.77&fixed_ips=ip_address%3D10.1.0.9', 'name', ['p']],
  ['ports?fixed_ips=foo%3Dbar', 'name', ['p']],
  ['subnets?cidr=10.1.0.0/24', 'cidr', ['10.1.0.0/24']],
  ['subnets?gateway_ip=x', 'cidr', []],
  ['security-group-rules?protocol=TCP', 'protocol', ['tcp']],
  ['security-group-rules?ethertype=ipv4&port_range_min=80', 'port_range_max', [80]],
  ['security-group-rules?remote_group_id=', 'id', []],
  ['availability_zones?limit=1&marker=x&sort_key=zz', 'name', []],
];

for (const [path, field, values] of selected) {
  test(`GET ${path} selects ${JSON.stringify(values)}`, async () => {
    const { status, body } = await api.request('admin', 'GET', `/v2.0/${path}`);
    assert.equal(status, 200, JSON.stringify(body));
    const [items] = Object.values(body as Record<string, Record<string, unknown>[]>);
    assert.deepEqual(items!.map((item) => item[field]).sort(), values);
  });
}

/** Links, each without the URL before the question mark; <a> and <z> are the first and the last of the page. */
const links: readonly (readonly [query: string, next: string | undefined, previous: string | undefined])[] = [
  [
    'limit=1&sort_key=name&sort_dir=asc',
    'limit=1&sort_key=name&sort_dir=asc&marker=<z>',
    'limit=1&sort_key=name&sort_dir=asc&marker=<a>&page_reverse=True',
  ],
  ['limit=9', undefined, 'limit=9&marker=<a>&page_reverse=True'],
  ['limit=9&page_reverse=TRUE', 'limit=9&marker=<z>', undefined],
  ['limit=1&name=none', undefined, 'limit=1&name=none&page_reverse=True'],
  ['page_reverse=true&limit=1&name=a%20b~*', 'limit=1&name=a+b~%2A', undefined],
  ['page_reverse=1&limit=1&name=none', undefined, 'limit=1&name=none&page_reverse=True'],
  ['limit=%201&name=none', undefined, 'limit=+1&name=none&page_reverse=True'],
  ['limit=1_0&name=none', undefined, 'limit=1_0&name=none&page_reverse=True'],
];

for (const [query, next, previous] of links) {
  test(`networks?${query} links to ${next} and ${previous}`, async () => {
    const { body } = await api.request('admin', 'GET', `/v2.0/networks?${query}`);
    const page = body as { networks: { id: string }[]; networks_links: { rel: string; href: string }[] };
    const [first, last] = [page.networks[0]?.id, page.networks.at(-1)?.id];
    const found = Object.fromEntries(
      page.networks_links.map(({ rel, href }) => {
        assert(href.startsWith('http://192.168.81.66:9696/v2.0/networks?'), href);
        return [rel, href.split('?')[1]];
      }),
    );
    const named = (text: string | undefined) => text?.replace('<a>', first!).replace('<z>', last!);
    assert.deepEqual([found.next, found.previous], [named(next), named(previous)]);
  });
}

test('agents and availability zones come whole: no limit, no links', async () => {
  for (const path of ['agents?limit=1', 'agents?limit=abc&sort_key=zz']) {
    const { status, body } = await api.request('admin', 'GET', `/v2.0/${path}`);
    assert.deepEqual([status, Object.keys(body as object)], [200, ['agents']]);
  }
});

const format = 'Bad if-match request: Revision number etag must be in the format of revision_number=<int>.';
/** An If-Match header, and what a PUT of a network at revision 1 answers. */
const matches: readonly (readonly [header: string, status: number, message?: string])[] = [
  ['foo', 200],
  ['*', 200],
  ['"foo"', 200],
  ['W/"revision_number=99"', 200],
  ['revision_number=99', 412],
  ['"revision_number=99"', 412],
  ['revision_number=a', 400, format],
  ['revision_number="1"', 400, format],
  ['revision_number=1, revision_number=2', 400, format],
  [
    '"revision_number=1", "revision_number=2"',
    400,
    'Bad if-match request: Multiple revision_number etags are not supported..',
  ],
];

for (const [header, status, message] of matches) {
  test(`If-Match: ${header} answers ${status}`, async () => {
    const path = `/v2.0/networks/${ids['network a']}`;
    const reply = await api.request('admin', 'PUT', path, { network: {} }, { 'if-match': header });
    const { NeutronError: error } = reply.body as { NeutronError?: { message: string } };
    assert.equal(reply.status, status, JSON.stringify(reply.body));
    if (message) assert.equal(error!.message, message);
  });
}

/** Which resources take several in one POST: observed on the guide's cloud. */
const bulk: readonly (readonly [path: string, collection: string, message: string])[] = [
  ...['networks', 'subnets', 'ports', 'security_groups', 'security_group_rules'].map(
    (name) => [name, name, "Unrecognized attribute(s) 'x'"] as const,
  ),
  ...['routers', 'floatingips', 'agents'].map(
    (name) => [name, name, 'Bulk operation not supported'] as const,
  ),
];

for (const [path, collection, message] of bulk) {
  test(`several ${collection} in one POST: ${message}`, async () => {
    const { body } = await api.request('admin', 'POST', `/v2.0/${path}`, { [collection]: [{ x: 1 }] });
    assert.equal((body as { NeutronError: { message: string } }).NeutronError.message, message);
  });
}

/** A refusal of Python Neutron: the query, the status, and the error. */
type Refusal = readonly [query: string, status: number, type: string, message: string];

const recorded = new URL('./recorded/query-refusals.jsonl', import.meta.url);
const refusals = new Map(
  readFileSync(recorded, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Refusal)
    .map(([query, status, type, message]) => [query, { status, type, message }] as const),
);

/** What is asked of every collection. */
const asked = [
  ...['limit=1', 'limit=abc', 'sort_key=bogus&sort_dir=asc', 'sort_key=id', 'bogus=1', 'fields=bogus'],
  ...['limit=1&page_reverse=true', 'marker=zz', 'project_id=zz', 'tenant_id=', 'tags=a'],
];

/** What is asked of every attribute. */
const askedOf = (name: string) =>
  [
    ...['zz', '', 'None', 'true'].map((value) => `${name}=${value}`),
    `sort_key=${name}&sort_dir=desc`,
  ] as const;

/** What the guide's cloud lists. */
const collections = Object.values<ResourceDefinition>(resources)
  // It has no list.
  .filter(({ name }) => name !== 'auto_allocated_topology')
  .flatMap((definition) => loadedDefinition(definition, configOf(guide)) ?? []);

for (const { path, attributes } of collections) {
  test(`each query of ${path} is taken or refused as the guide's cloud does`, async () => {
    const names = [...Object.keys(attributes), 'project_id'].map(encodeURIComponent);
    for (const query of [...asked, ...names.flatMap(askedOf)].map((text) => `${path}?${text}`)) {
      const { status, body } = await api.request('admin', 'GET', `/v2.0/${query}`);
      const { NeutronError: error } = body as { NeutronError?: { type: string; message: string } };
      const mine = error && { status, type: error.type, message: error.message };
      assert.deepEqual(mine, refusals.get(query), query);
    }
  });
}
