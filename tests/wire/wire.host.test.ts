import '../../src/linux/throwAwayHost.ts';
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { type Cloud, startCloud } from './cloud.ts';
import { told } from './compare.ts';
import { departures, foreign } from './departures.ts';
import { matched } from './match.ts';
import { provoke, reactions } from './reactions.ts';
import { contexts, peer, type Recorded, reference, wire } from './recordings.ts';
import { type Made, walk } from './road.ts';
import type { Heard } from './tap.ts';

/**
 * What a real Neutron said on its broker, and what ours says: our server and our agents make the guide's cloud in one
 * throw-away host, over a transport that writes everything down. Each recorded message must be among theirs, field by
 * field; to each that only a Python server or agent sends, ours must answer as recorded, or do what it is for.
 */

let cloud: Cloud;
let made: Made;
/** What was said on the road, without what Python's messages cause afterwards. */
let heard: readonly Heard[];
const used = new Set<unknown>();

before(async () => {
  cloud = await startCloud();
  made = await walk(cloud);
  heard = [...cloud.heard];
});
after(() => cloud.close());

const known = (name: string, what: string): boolean => {
  const rows = departures.filter((row) => row.where.test(name) && row.what.test(what));
  for (const row of rows) used.add(row);
  return rows.length > 0;
};

function check(recorded: Recorded, more: ReadonlySet<string>): void {
  const wrong = matched(recorded, heard, more).flatMap(({ side, nothing, differences }) => {
    if (nothing) return known(recorded.name, `${side} nothing`) ? [] : [`${side}: ours says no such thing`];
    return differences
      .filter(({ path }) => !known(recorded.name, `${side} ${path}`))
      .map((difference) => `${side} ${told(difference)}`);
  });
  assert.deepEqual(wrong, []);
}

const isSaid = ({ args, failure }: Recorded) => args !== undefined && failure === undefined;
/** Calls by which the reference's run provoked failures: wireFormat.test.ts has them. */
const isProvocation = ({ name }: Recorded) =>
  /\|(nope|get_dhcp_port|pull|update_port_status_to_active)$/.test(name);

describe('messages of the guide’s cloud', () => {
  for (const recorded of peer().filter(isSaid)) it(recorded.name, () => check(recorded, new Set()));
});

describe('messages of a cloud with more plugins, without what these add', () => {
  for (const recorded of reference().filter((one) => isSaid(one) && !isProvocation(one)))
    it(recorded.name, () => check(recorded, foreign));
});

describe('topics that are listened on', () => {
  const who: Readonly<Record<string, string>> = {
    'neutron-server (host vm, worker processes)': 'server',
    linuxbridge: 'Linux bridge agent',
    dhcp: 'DHCP agent',
    l3: 'L3 agent',
  };
  for (const [python, topics] of Object.entries(wire().consumed).filter(([name]) => name in who))
    it(who[python]!, () => {
      const heardOn = cloud.listens.filter(({ from }) => from === who[python]).map(({ topic }) => topic);
      const ours = heardOn.filter((topic) => !topic.startsWith('nts-'));
      const missing = topics.filter((topic) => !ours.includes(topic) && !known(python, `topic ${topic}`));
      const more = ours.filter((topic) => !topics.includes(topic) && !known(python, `topic ${topic}`));
      assert.deepEqual({ missing, more }, { missing: [], more: [] });
    });
});

it('what a user’s request causes is sent in the context of that user', () => {
  const cast = heard.find(({ from, method }) => from === 'server' && method === 'network_update_end')!;
  const recorded = contexts().request!;
  assert.deepEqual(
    Object.keys(cast.context).map((key) => `_context_${key}`),
    Object.keys(recorded),
  );
  const typed = (value: unknown) => (value === null ? 'null' : Array.isArray(value) ? 'list' : typeof value);
  // A token is a secret, and nobody who hears needs it: ours does not lie in the outbox.
  const forms = ({ auth_token: _, _context_auth_token: __, ...context }: Readonly<Record<string, unknown>>) =>
    Object.values(context).map(typed);
  assert.deepEqual(forms(cast.context), forms(recorded));
});

it('every known difference is one', () => {
  assert.deepEqual(
    departures.filter((row) => !used.has(row)),
    [],
  );
});

describe('what agents do when they hear a Python server', () => {
  for (const reaction of reactions) {
    const recorded = peer().find(({ name }) => name.startsWith(reaction.to))!;
    it(`${reaction.to}: ${reaction.what}`, () => provoke(cloud, made, recorded, reaction));
  }
});
