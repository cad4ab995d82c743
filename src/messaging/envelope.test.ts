import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { decode, encodeReply, encodeRequest } from './envelope.ts';
import { decodeFailure, encodeFailure } from './failure.ts';
import { PendingCalls } from './pendingCalls.ts';

const seal = (body: unknown, version = '2.0') =>
  JSON.stringify({ 'oslo.version': version, 'oslo.message': JSON.stringify(body) });

const call = {
  method: 'get_router_ids',
  args: { host: 'controller' },
  version: '1.9',
  _msg_id: '3f',
  _reply_q: 'reply_1a',
  _timeout: null,
  _unique_id: '9b',
  _context_is_admin: true,
  _context_roles: ['admin'],
  _context_user_id: null,
};

describe('reading messages', () => {
  it('a call', () => {
    assert.deepEqual(decode(seal(call)), {
      kind: 'request',
      request: {
        method: 'get_router_ids',
        args: { host: 'controller' },
        version: '1.9',
        context: { is_admin: true, roles: ['admin'], user_id: null },
        uniqueId: '9b',
        replyTo: { queue: 'reply_1a', messageId: '3f' },
      },
    });
  });

  it('a cast without an envelope, version or arguments', () => {
    const incoming = decode(JSON.stringify({ method: 'agent_updated', namespace: 'x' }));
    assert.deepEqual(incoming, {
      kind: 'request',
      request: { method: 'agent_updated', args: {}, version: '1.0', namespace: 'x', context: {} },
    });
  });

  const unreadable: [string, string, RegExp][] = [
    ['no JSON', 'x', /not JSON/],
    ['a list', '[]', /not a JSON object/],
    ['a newer envelope', seal(call, '3.0'), /envelope version 3\.0/],
    ['a newer minor envelope', seal(call, '2.1'), /envelope version 2\.1/],
    ['an envelope without a body', '{"oslo.version":"2.0"}', /no oslo\.message/],
    ['a body that is no JSON', '{"oslo.version":"2.0","oslo.message":"{"}', /not JSON/],
    ['neither request nor reply', seal({ result: 1 }), /Neither/],
  ];
  for (const [what, message, error] of unreadable)
    it(`refuses ${what}`, () => {
      assert.throws(() => decode(message), { name: 'UnreadableMessage', message: error });
    });
});

describe('writing messages', () => {
  const keys = (message: string) => Object.keys(JSON.parse(JSON.parse(message)['oslo.message']));

  it('a call has the keys of oslo in its order', () => {
    const message = encodeRequest(
      { version: '1.9' },
      'm',
      {},
      { is_admin: true },
      { queue: 'q', messageId: 'i' },
    );
    const expected = ['method', 'args', 'version', '_msg_id', '_reply_q', '_timeout', '_unique_id'];
    assert.deepEqual(keys(message), [...expected, '_context_is_admin']);
  });

  it('a cast has no message id; a namespace is there only when given', () => {
    assert.deepEqual(keys(encodeRequest({ version: '1.0' }, 'm', {}, {})), [
      'method',
      'args',
      'version',
      '_unique_id',
    ]);
    assert.ok(keys(encodeRequest({ version: '1.0', namespace: 'trunk' }, 'm', {}, {})).includes('namespace'));
  });

  it('every message has an id of its own', () => {
    const ids = [1, 2].map(() => {
      const incoming = decode(encodeReply('i', null, null));
      return incoming.kind === 'reply' ? incoming.reply.uniqueId : undefined;
    });
    assert.match(ids[0]!, /^[0-9a-f]{32}$/);
    assert.notEqual(ids[0], ids[1]);
  });
});

describe('failures', () => {
  const roundTrip = (error: unknown) => {
    const { excType, module, message, kwargs } = decodeFailure(encodeFailure(error));
    return { excType, module, message, kwargs };
  };
  const named = (name: string, extra = {}) => Object.assign(new Error('text'), { name }, extra);

  const cases: [string, unknown, object][] = [
    [
      "one of Neutron's",
      named('PortNotFound'),
      { excType: 'PortNotFound', module: 'neutron_lib.exceptions', message: 'text', kwargs: {} },
    ],
    [
      'one with module and arguments',
      named('RouterNotFound', { module: 'neutron_lib.exceptions.l3', kwargs: { router_id: 'r' } }),
      {
        excType: 'RouterNotFound',
        module: 'neutron_lib.exceptions.l3',
        message: 'text',
        kwargs: { router_id: 'r' },
      },
    ],
    [
      'a fault of the program',
      new RangeError('text'),
      { excType: 'RuntimeError', module: 'builtins', message: 'text', kwargs: {} },
    ],
    ['not an error', 'text', { excType: 'RuntimeError', module: 'builtins', message: 'text', kwargs: {} }],
    [
      'one that came from elsewhere itself',
      decodeFailure(
        '{"class":"SubnetInUse","module":"m","message":"text","tb":["a\\n"],"args":[],"kwargs":{}}',
      ),
      { excType: 'SubnetInUse', module: 'm', message: 'text', kwargs: {} },
    ],
  ];
  for (const [what, error, expected] of cases)
    it(what, () => {
      assert.deepEqual(roundTrip(error), expected);
    });

  it('a failure that is no JSON is kept as the message', () => {
    assert.equal(decodeFailure('broken').message, 'broken');
  });
});

describe('replies in two messages, as Liberty sends them', () => {
  it('resolve with the first one at the second', async () => {
    const calls = new PendingCalls();
    const reply = calls.wait('i', 'm', 't', 10);
    const part = { messageId: 'i', failure: null };
    assert.ok(calls.settle({ ...part, result: 5, ending: false }));
    assert.ok(calls.settle({ ...part, result: null, ending: true }));
    assert.equal(await reply, 5);
    assert.ok(!calls.settle({ ...part, result: 6, ending: true }), 'a late reply has no caller');
  });
});
