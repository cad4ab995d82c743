import { type Addition, additionPath, additions } from '../additions.ts';
import { type Attribute, policySubject, type ResourceDefinition } from '../definition.ts';
import { children, members, resources } from '../index.ts';
import { defaultPolicies } from '../policies/index.ts';
import { answerSchema, createSchema } from '../schema/attribute.ts';
import type { JsonSchema } from '../schema/json.ts';
import { meaningOf, resourceMeanings } from './meanings.ts';

const code = (text: string): string => `\`${text}\``;
const cell = (text: string): string => text.replaceAll('|', '\\|');

export const table = (header: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${header.join(' | ')} |`,
  `|${header.map(() => '---').join('|')}|`,
  ...rows.map((row) => `| ${row.map(cell).join(' | ')} |`),
];

/** A schema in words: `text, at most 255`, `list of uuid`. */
function inWords(schema: JsonSchema): string {
  const { type, format, items, maxLength, minimum, maximum, anyOf } = schema;
  if ('enum' in schema) return (schema.enum as unknown[]).map((value) => code(String(value))).join(', ');
  const kinds = [type].flat().filter((kind) => kind !== 'null' && kind !== undefined);
  if (kinds[0] === 'array') return `list of ${inWords(items as JsonSchema)}`;
  if (kinds[0] === 'string') {
    if (anyOf) return 'IP address';
    const word = format === 'date-time' ? 'time' : format === 'uuid' ? 'id' : 'text';
    return maxLength === undefined ? word : `${word}, at most ${maxLength}`;
  }
  if (kinds[0] === 'integer') {
    const limits = [minimum, maximum].filter((limit) => limit !== undefined);
    return limits.length === 2 ? `number ${limits.join(' to ')}` : 'number';
  }
  if (kinds.length === 0 && anyOf) {
    return [...new Set((anyOf as JsonSchema[]).map(inWords))].filter(Boolean).join(' or ');
  }
  return 'const' in schema ? code(String(schema.const)) : String(kinds[0] ?? '');
}

const propertiesOf = (schema: JsonSchema) => schema.properties as Readonly<Record<string, JsonSchema>>;

/** Whether a create may, must or cannot give it. */
function onCreate({ post, optional, ...attribute }: Attribute): string {
  if (!post) return '';
  if ('default' in attribute) return `yes (${code(JSON.stringify(attribute.default))})`;
  return optional ? 'yes' : 'must';
}

function attributeRows(definition: ResourceDefinition): string[][] {
  const shown = propertiesOf(answerSchema(definition));
  const given = propertiesOf(createSchema(definition));
  return Object.entries<Attribute>(definition.attributes).map(([name, attribute]) => [
    code(name),
    inWords(given[name] ?? shown[name] ?? { type: 'string' }),
    name === 'tenant_id' || name === 'project_id'
      ? attribute.post
        ? "yes (the caller's)"
        : ''
      : onCreate(attribute),
    attribute.put ? 'yes' : '',
    [attribute.filter ? 'filter' : '', attribute.sort ? 'sort' : ''].filter(Boolean).join(', '),
    [meaningOf(policySubject(definition), name) ?? '', attribute.hidden ? '(never shown)' : '']
      .filter(Boolean)
      .join(' '),
  ]);
}

/** The default policy rules of a resource, those of single attributes among them. */
function policyRows(definition: ResourceDefinition): string[][] {
  const subject = policySubject(definition);
  const ofChild = ['get', 'create', 'update', 'delete'].flatMap((verb) => {
    const rule = defaultPolicies[`${verb}_${subject}`];
    return rule === undefined ? [] : [[`${verb}_${subject}`, rule] as const];
  });
  return (definition.policies ? Object.entries(definition.policies) : ofChild).map(([name, rule]) => {
    const [current, deprecated] = typeof rule === 'string' ? [rule, ''] : rule;
    return [code(name), code(current), deprecated && code(deprecated)];
  });
}

const methodsOf = (definition: ResourceDefinition): string => {
  const { attributes, name } = definition;
  const any = (flag: 'post' | 'put') =>
    Object.values<Attribute>(attributes).some((attribute) => attribute[flag]);
  const verbs = ['list', 'show', ...(any('post') ? ['create'] : []), ...(any('put') ? ['update'] : [])];
  const deletes = defaultPolicies[`delete_${policySubject(definition)}`] !== undefined || name === 'binding';
  return [...verbs, ...(deletes ? ['delete'] : [])].join(', ');
};

/** The resource below which another stands. */
const parentOf = ({ below }: ResourceDefinition): ResourceDefinition =>
  Object.values<ResourceDefinition>(resources).find(({ name }) => name === below)!;

function section(definition: ResourceDefinition, base: string): string[] {
  const subject = policySubject(definition);
  const { actions = [], quota, alias, bulk, tags } = definition;
  const path = `${base}/${definition.path}`;
  const policies = policyRows(definition);
  return [
    `## ${subject.replaceAll('_', ' ')}`,
    '',
    resourceMeanings[subject] ?? '',
    '',
    `- Path: ${code(path)}: ${methodsOf(definition)}${bulk ? ', several in one create' : ''}`,
    ...(actions.length > 0
      ? [`- Actions (${code(`PUT ${path}/<id>/<action>`)}): ${actions.map(code).join(', ')}`]
      : []),
    ...(tags ? [`- Tags: ${code(`${path}/<id>/tags`)}`] : []),
    `- Extension: ${alias === undefined ? 'none, it is always there' : code(alias)}`,
    ...(quota === undefined
      ? []
      : [`- Quota: ${quota < 0 ? 'no limit' : quota} for each project, unless set otherwise`]),
    '',
    ...table(
      ['attribute', 'type', 'create (default)', 'update', 'lists', 'meaning'],
      attributeRows(definition),
    ),
    '',
    ...(policies.length > 0
      ? [...table(['policy rule', 'who may', 'or, until enforce_new_defaults'], policies), '']
      : []),
  ];
}

const introduction = [
  '# The API',
  '',
  'Made of `src/resources` by `npm run docs:api`; do not edit. The same for programs: `GET /openapi.json`, which says what the',
  'running server has, by its configuration.',
  '',
  'Every path begins at the server, e.g. `http://controller:9696`. Every request needs a token of Keystone in the header',
  '`X-Auth-Token`. Bodies are JSON with the name of the resource around: `{"network": {"name": "a"}}`. A refusal looks like',
  '`{"NeutronError": {"type": "NetworkNotFound", "message": "Network x could not be found.", "detail": ""}}`.',
  '',
  '**Lists** take the attributes marked *filter* as query parameters (`?name=a&name=b`: one of them), those marked *sort* in',
  '`sort_key` with `sort_dir`, and `limit`, `marker` and `page_reverse` for pages, whose links come in the answer. `fields`',
  'chooses what is shown, `changed_since` what changed then or later. An unknown filter is refused.',
  '',
  '**Create**: *must* is required; *yes* may be given, with what holds otherwise in brackets. **Update** changes what is given and',
  'leaves the rest; with the header `If-Match: revision_number=5` only if nobody changed it meanwhile (else 412).',
  '',
  '**Policy rules** are those without a policy file; `neutron-policy` tells which one decided. `rule:admin_only` is who has the',
  'role admin, `role:member and project_id:%(project_id)s` a member of the project that owns the object, `rule:regular_user`',
  'anybody. A rule such as `create_network:shared` is asked besides when that attribute is given.',
  '',
];

/** docs/api.md: every resource for operators. */
export function apiDocument(): string {
  const lists = Object.values(members).map(({ below, path, shows, rules, ...rest }) => [
    code(`/v2.0/${below.path}/<id>/${path}`),
    `the ${shows.collection} of ${below.name === 'agent' ? 'an agent' : `a ${below.name}`}`,
    'adds' in rest ? `POST with ${code(rest.adds)} adds, DELETE with the id takes away` : 'only told',
    code(rules.list),
  ]);
  return [
    ...introduction,
    ...Object.values<ResourceDefinition>(resources).flatMap((definition) => section(definition, '/v2.0')),
    ...Object.values(children).flatMap((definition) =>
      section(definition, `/v2.0/${parentOf(definition).path}/<id>`),
    ),
    '## Lists below others',
    '',
    ...table(['path', 'what it lists', 'changes', 'policy rule'], lists),
    '',
    '## Additions to Neutron',
    '',
    'Extension `nts-diagnosis`. A diagnosis has the `problems` that were found, root causes first (docs/problems.md lists them all),',
    'the `checks` that were made, each passed, failed or not checked and why, and what agents have yet to apply (`waiting_for`).',
    '',
    ...table(
      ['request', 'what it is for', 'policy rule'],
      Object.values<Addition>(additions).map((addition) => [
        code(`${addition.method} ${additionPath(addition)}`),
        addition.summary,
        code(addition.rule),
      ]),
    ),
    '',
    '## Quotas, extensions, health',
    '',
    ...table(
      ['path', 'what it is for'],
      [
        ['`/v2.0/quotas`', 'projects with limits of their own'],
        ['`/v2.0/quotas/<project>`', 'the limits of a project: show, update, delete (back to the defaults)'],
        ['`/v2.0/quotas/<project>/default`', 'the limits of a project that has none of its own'],
        ['`/v2.0/quotas/<project>/details.json`', 'each limit with what is used of it'],
        ['`/v2.0/extensions`, `/v2.0/extensions/<alias>`', 'which extensions the server has'],
        [
          '`/metrics`',
          "problems by code and host, agents, ports by status, for Prometheus (an addition to Neutron): with an administrator's token, or without one when `open_metrics = True` stands in section `[nts]` of neutron.conf",
        ],
        [
          '`/`, `/v2.0/`, `/healthcheck`, `/openapi.json`',
          'versions, core resources, health, description; all but the second without a token',
        ],
      ],
    ),
    '',
  ].join('\n');
}
