import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configOf } from '../config/load.ts';
import { logging } from '../config/options/index.ts';
import type { RpcContext } from '../messaging/transport.ts';
import { jsonFormatter } from './json.ts';
import { dateFormatter, lineFormatter } from './line.ts';

const options = configOf('').group(logging);
const format = lineFormatter({
  withContext: options.logging_context_format_string,
  withoutContext: options.logging_default_format_string,
  furtherLines: options.logging_exception_prefix,
  userIdentity: options.logging_user_identity_format,
  date: options.log_date_format,
});
const time = new Date(2016, 3, 6, 17, 12, 51, 5);
const record = { time, level: 'ERROR', module: 'neutron.plugins.ml2.managers' } as const;
const start = `2016-04-06 17:12:51.005 ${process.pid} ERROR neutron.plugins.ml2.managers`;

const contexts: readonly [string, RpcContext | undefined, string][] = [
  ['no context', undefined, '[-]'],
  ['a context without a request', { user_id: 'u' }, '[-]'],
  ['a request of nobody', { request_id: 'req-1' }, '[None req-1 - - - - - -]'],
  [
    'a request of a user',
    {
      request_id: 'req-1',
      global_request_id: 'req-0',
      user_id: 'u',
      project_id: 'p',
      domain_id: null,
      system_scope: null,
      user_domain: 'default',
      project_domain: 'default',
    },
    '[req-0 req-1 u p - - default default]',
  ],
  ['a Liberty agent’s context', { request_id: 'req-1', user: 'u', tenant: 'p' }, '[None req-1 u p - - - -]'],
];
for (const [what, context, shown] of contexts) {
  test(`${what} is ${shown}`, () =>
    assert.equal(
      format({ ...record, text: 'Failed to bind port', ...(context ? { context } : {}) }),
      `${start} ${shown} Failed to bind port\n`,
    ));
}

test('further lines have a traceback’s prefix', () =>
  assert.equal(
    format({ ...record, text: 'one\n  two\nthree\n' }),
    `${start} [-] one\n${start}   two\n${start} three\n`,
  ));

test('a line in a format of one’s own', () => {
  const own = lineFormatter({
    withContext: '',
    withoutContext: '<%(levelname)s> %(asctime)s,%(msecs)03d %(message)s',
    furtherLines: '',
    userIdentity: '',
    date: '%d/%b/%y %H.%M%%',
  });
  assert.equal(own({ ...record, text: 'x' }), '<ERROR> 06/Apr/16 17.12%,005 x\n');
});

test('the date changes with the second', () => {
  const date = dateFormatter('%S');
  assert.deepEqual([date(new Date(1000)), date(new Date(1999)), date(new Date(2000))], ['01', '01', '02']);
});

test('JSON has oslo’s keys', () => {
  const context = { request_id: 'req-1' };
  const line = jsonFormatter('%Y-%m-%d')({ ...record, text: 'x', context });
  const { message, asctime, levelname, levelno, name, msecs, context: shown } = JSON.parse(line);
  assert.deepEqual(
    { message, asctime, levelname, levelno, name, msecs, shown },
    {
      message: 'x',
      asctime: '2016-04-06',
      levelname: 'ERROR',
      levelno: 40,
      name: 'neutron.plugins.ml2.managers',
      msecs: 5,
      shown: context,
    },
  );
});
