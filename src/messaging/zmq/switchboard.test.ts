import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Address, Worth } from './frames.ts';
import { Switchboard } from './switchboard.ts';

/** A switchboard with a clock of its own and what it delivered as 'peer: text'. */
function switchboard(limit = 100) {
  const delivered: string[] = [];
  const ids = new Map<string, number[]>();
  let seconds = 1000;
  const board = new Switchboard({
    keepFor: 60,
    heartbeatTimeout: 10,
    limit,
    deliver: (route, id, _to, body) => {
      const peer = route.toString();
      delivered.push(`${peer}: ${body}`);
      ids.set(peer, [...(ids.get(peer) ?? []), id]);
    },
    report: () => {},
    now: () => seconds * 1000,
  });
  return {
    board,
    delivered,
    join(peer: string, topic = 'topic', server = peer) {
      const known = board.attach(Buffer.from(peer), `session of ${peer}`, peer);
      board.listen(Buffer.from(peer), topic, server);
      return known;
    },
    send: (to: Address, text: string, worth?: Worth) => board.send(to, Buffer.from(text), worth),
    confirm(peer: string) {
      for (const id of ids.get(peer) ?? []) board.got(Buffer.from(peer), id);
    },
    leave: (peer: string) => board.detach(Buffer.from(peer)),
    pass(by: number, speaking: readonly string[] = []) {
      for (let passed = 0; passed < by; passed += 1) {
        seconds += 1;
        for (const peer of speaking) board.isKnown(Buffer.from(peer));
        board.expire();
      }
    },
  };
}

describe('the hub', () => {
  it('gives a topic message to listeners in turn, a fanout to all, topic.server to one', () => {
    const { join, send, delivered } = switchboard();
    join('a');
    join('b');
    send({ topic: 'topic' }, '1');
    send({ topic: 'topic' }, '2');
    send({ topic: 'topic', fanout: true }, '3');
    send({ topic: 'topic', server: 'b' }, '4');
    assert.deepEqual(delivered, ['a: 1', 'b: 2', 'a: 3', 'b: 3', 'b: 4']);
  });

  it('delivers what a peer did not confirm again when it comes back', () => {
    const { join, send, confirm, leave, delivered } = switchboard();
    join('a');
    send({ topic: 'topic' }, 'confirmed');
    confirm('a');
    send({ topic: 'topic' }, 'unconfirmed');
    leave('a');
    send({ topic: 'topic', fanout: true }, 'meanwhile');
    assert.equal(join('a'), true, 'its session is still known');
    assert.deepEqual(delivered, ['a: confirmed', 'a: unconfirmed', 'a: unconfirmed', 'a: meanwhile']);
  });

  it('prefers listeners that are there, and hands on what an absent one left', () => {
    const { join, send, leave, delivered } = switchboard();
    join('a');
    join('b');
    send({ topic: 'topic' }, 'first');
    leave('a');
    send({ topic: 'topic' }, 'second');
    send({ topic: 'topic' }, 'third');
    assert.deepEqual(delivered, ['a: first', 'b: first', 'b: second', 'b: third']);
  });

  it('keeps what nobody listens to yet, but no fanout', () => {
    const { join, send, delivered } = switchboard();
    send({ topic: 'topic', server: 'a' }, 'early');
    send({ topic: 'topic', fanout: true }, 'fanout');
    join('b');
    assert.deepEqual(delivered, []);
    join('a');
    assert.deepEqual(delivered, ['a: early']);
  });

  it('gives what is for who is present to nobody else, neither to one that is away nor to one to come', () => {
    const { join, leave, send, confirm, delivered } = switchboard();
    const ask = () => send({ topic: 'topic', server: 'agent' }, 'a question', { present: true });
    assert.equal(ask(), false);
    join('agent');
    assert.equal(ask(), true);
    confirm('agent');
    leave('agent');
    assert.equal(ask(), false);
    join('agent');
    assert.equal(delivered.length, 1);
  });

  it('forgets what is no longer worth anything', () => {
    const { join, send, pass, delivered } = switchboard();
    send({ topic: 'topic' }, 'a call of five seconds', { seconds: 5 });
    send({ topic: 'topic' }, 'a cast');
    pass(6);
    join('a');
    assert.deepEqual(delivered, ['a: a cast']);
  });

  it('notices a silent peer, keeps its session for a while, then forgets it', () => {
    const { join, send, pass, board, delivered } = switchboard();
    join('a');
    join('b');
    pass(11, ['b']);
    assert.equal(board.isKnown(Buffer.from('a')), false, 'a has to introduce itself');
    send({ topic: 'topic', server: 'a' }, 'kept');
    pass(30, ['b']);
    assert.equal(join('a'), true);
    assert.deepEqual(delivered, ['a: kept']);
    pass(80, ['b']);
    assert.equal(join('a'), false, 'its session is gone');
  });

  it('a reply goes to the session that asked, and nowhere when it is gone', () => {
    const { join, send, delivered } = switchboard();
    join('a');
    send({ reply: 'session of a' }, 'yes');
    send({ reply: 'session of z' }, 'no');
    assert.deepEqual(delivered, ['a: yes']);
  });

  it('keeps the newest of too many messages for a listener that is not there', () => {
    const { join, send, delivered } = switchboard(2);
    for (const text of ['1', '2', '3']) send({ topic: 'topic' }, text);
    join('a');
    assert.deepEqual(delivered, ['a: 2', 'a: 3']);
  });

  it('knows when a session stops listening', () => {
    const { board, join, send, delivered } = switchboard();
    join('a');
    join('a', 'topic', 'second');
    board.forget(Buffer.from('a'), 'topic', 'a');
    send({ topic: 'topic', server: 'a' }, '1');
    send({ topic: 'topic', server: 'second' }, '2');
    board.forget(Buffer.from('a'), 'topic', 'second');
    send({ topic: 'topic', fanout: true }, '3');
    assert.deepEqual(delivered, ['a: 2']);
  });

  it('lets a peer that confirms nothing start over', () => {
    const { join, send, board } = switchboard(2);
    join('a');
    for (const text of ['1', '2', '3']) send({ topic: 'topic', fanout: true }, text);
    assert.equal(board.isKnown(Buffer.from('a')), false);
  });
});
