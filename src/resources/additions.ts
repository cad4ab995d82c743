import { type ResourceName, resources } from './index.ts';
import type { JsonSchema } from './schema/json.ts';

/** An addition of ours to Neutron's API, told to clients by the extension nts-diagnosis. */
export interface Addition {
  readonly method: 'GET' | 'POST';
  /** The resource below each member of which it stands; absent when it stands by itself. */
  readonly of?: ResourceName;
  /** The last part of its path. */
  readonly segment: string;
  /** The name around the answer, and around the body of a POST. */
  readonly key: string;
  readonly summary: string;
  /** The policy rule of who may. */
  readonly rule: string;
  /** What stands in a POST's body, inside `key`. */
  readonly body?: JsonSchema;
  /** What stands in the answer, inside `key`. */
  readonly answer: JsonSchema;
}

const text: JsonSchema = { type: 'string' };
const texts: JsonSchema = { type: 'array', items: text };

/** A problem that was found; see `health/finding.ts`. */
export const findingSchema: JsonSchema = {
  type: 'object',
  description: 'A problem of docs/problems.md that was found.',
  properties: {
    code: text,
    title: text,
    severity: { enum: ['error', 'warning', 'info'] },
    text,
    cause: text,
    fix: text,
    command: text,
    safe: { const: true },
    host: text,
    subject: { type: 'object', properties: { resource: text, id: text }, required: ['resource', 'id'] },
    evidence: texts,
  },
  required: ['code', 'title', 'severity', 'text', 'cause', 'fix', 'evidence'],
};

const findings: JsonSchema = { type: 'array', items: { $ref: '#/components/schemas/Finding' } };

/** What agents have yet to apply. */
const waitingFor: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    properties: {
      what: text,
      host: text,
      agent_type: text,
      final: { const: true, description: 'Waiting does not help: somebody has to do something first.' },
    },
    required: ['what'],
  },
};

const diagnosisSchema: JsonSchema = {
  type: 'object',
  properties: {
    resource: text,
    id: text,
    result: { enum: ['pass', 'fail', 'pending', 'not checked'] },
    waiting_for: waitingFor,
    checks: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          check: text,
          result: { enum: ['pass', 'fail', 'not checked'] },
          evidence: texts,
          why: text,
        },
        required: ['check', 'result'],
      },
    },
    problems: findings,
  },
  required: ['resource', 'id', 'result', 'waiting_for', 'checks', 'problems'],
};

const outcomeSchema: JsonSchema = {
  type: 'object',
  properties: {
    result: { enum: ['pass', 'fail', 'not checked'] },
    evidence: texts,
    findings,
    why: text,
  },
  required: ['result'],
};

const endSchema: JsonSchema = {
  type: 'object',
  properties: {
    address: text,
    port_id: { type: ['string', 'null'] },
    floating_ip_address: { type: ['string', 'null'] },
  },
  required: ['address', 'port_id', 'floating_ip_address'],
};

const traceSchema: JsonSchema = {
  type: 'object',
  properties: {
    from: endSchema,
    to: endSchema,
    protocol: text,
    port: { type: ['integer', 'null'] },
    result: { enum: ['pass', 'fail', 'not checked'] },
    first_difference: { type: ['integer', 'null'], description: 'The number of the first hop that differs.' },
    hops: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          hop: { type: 'integer' },
          name: text,
          host: { type: ['string', 'null'] },
          intended: outcomeSchema,
          installed: outcomeSchema,
          observed: outcomeSchema,
        },
        required: ['hop', 'name', 'host', 'intended', 'installed', 'observed'],
      },
    },
    problems: findings,
  },
  required: ['from', 'to', 'protocol', 'port', 'result', 'first_difference', 'hops', 'problems'],
};

const diagnosisOf = (of: ResourceName, summary: string, rule = 'admin_only') =>
  ({
    method: 'GET',
    of,
    segment: 'diagnosis',
    key: 'diagnosis',
    summary,
    rule,
    answer: diagnosisSchema,
  }) as const satisfies Addition;

/** What can be waited for: its agents tell whether they have applied it. */
export const WAITABLE = [
  'network',
  'subnet',
  'port',
  'router',
  'floatingip',
  'security_group',
] as const satisfies readonly ResourceName[];

const waited = { resource: { enum: [...WAITABLE] }, id: text, since: text };

/** What is to be sent; see `rpc/probes.ts`. */
const probeSchema: JsonSchema = {
  type: 'object',
  properties: {
    kind: { enum: ['dhcp', 'arp', 'echo', 'tcp', 'http', 'dns'] },
    target: { type: 'string', description: 'An IPv4 address; not for dhcp.' },
    port: { type: 'integer', description: 'For tcp.' },
    size: {
      type: 'integer',
      description: 'For echo: bytes of the whole packet, which is not to be fragmented.',
    },
    path: { type: 'string', description: 'For http.' },
    name: { type: 'string', description: 'For dns: the name whose address is asked for.' },
    take: { type: 'boolean', description: 'For dhcp: set the routes of the lease, too.' },
    seconds: { type: 'number', description: 'How long it is tried again until an answer comes.' },
    minutes: {
      type: 'integer',
      description: 'After these the agent removes what it plugged in; 5 unless told.',
    },
  },
  required: ['kind'],
};

const probedSchema: JsonSchema = {
  type: 'object',
  properties: {
    result: { enum: ['pass', 'fail', 'not checked'] },
    evidence: texts,
    measured: {
      type: 'object',
      description: 'Numbers and addresses that were seen; which ones depends on the kind.',
    },
  },
  required: ['result', 'evidence', 'measured'],
};

/** Every addition; the server answers those that `compose.ts` gives it an answer for. */
export const additions = {
  diagnose_port: diagnosisOf(
    'port',
    'Why a port does not work: what each mechanism driver says to each segment, and what else is wrong',
    'get_port:binding:vif_type',
  ),
  diagnose_network: diagnosisOf('network', 'Why a network does not work'),
  diagnose_subnet: diagnosisOf('subnet', 'Why a subnet does not work'),
  diagnose_router: diagnosisOf('router', 'Why a router does not work'),
  diagnose_floatingip: diagnosisOf('floatingip', 'Why a floating IP does not work'),
  diagnose_security_group: diagnosisOf('security_group', 'Whether agents have the rules of a security group'),
  diagnose_agent: diagnosisOf('agent', 'How an agent stands, by its reports and by its own account'),
  ask_applied: {
    method: 'POST',
    segment: 'nts-waits',
    key: 'wait',
    summary:
      'What agents have yet to apply of a resource, also of one that is gone; asked, they apply it meanwhile',
    rule: 'admin_only',
    body: { type: 'object', properties: waited, required: ['resource', 'id'] },
    answer: {
      type: 'object',
      properties: { ...waited, waiting_for: waitingFor },
      required: ['resource', 'id', 'since', 'waiting_for'],
    },
  },
  list_problems: {
    method: 'GET',
    segment: 'nts-problems',
    key: 'problems',
    summary: 'What is wrong in the whole deployment',
    rule: 'admin_only',
    answer: findings,
  },
  send_probe: {
    method: 'POST',
    of: 'port',
    segment: 'probes',
    key: 'probe',
    summary:
      'Sends something from a port with device_owner compute:probe, which the agent of its host plugs in for that',
    rule: 'admin_only',
    body: probeSchema,
    answer: probedSchema,
  },
  trace: {
    method: 'POST',
    segment: 'nts-traces',
    key: 'trace',
    summary:
      'Every hop of the path from one port or address to another: what is intended, installed and observed',
    rule: 'admin_only',
    body: {
      type: 'object',
      properties: {
        from: { ...text, description: 'Id or name of a port, a floating IP, or an address.' },
        to: { ...text, description: 'As from.' },
        protocol: { enum: ['icmp', 'tcp', 'udp'], default: 'icmp' },
        port: { type: 'integer', description: 'Destination port, for tcp and udp.' },
        probe: {
          type: 'boolean',
          default: true,
          description: 'Whether packets may be sent to try the path.',
        },
      },
      required: ['from', 'to'],
    },
    answer: traceSchema,
  },
} as const satisfies Record<string, Addition>;

export type AdditionName = keyof typeof additions;

/** Its path, with the name of the member's id in braces. */
export const additionPath = ({ of, segment }: Addition): string =>
  of === undefined ? `/v2.0/${segment}` : `/v2.0/${resources[of].path}/{${of}_id}/${segment}`;
