import type { Kysely } from 'kysely';
import { floatingIpDown, floatingIpUnused, floatingIpWithoutRouter } from '../../health/catalogue/routers.ts';
import { failing, notChecked, pass } from '../../health/checks.ts';
import type { Database } from '../db/schema/index.ts';
import type { Mechanisms } from '../ml2/mechanisms/index.ts';
import { filterOf, judgeFilter } from './groups.ts';
import { l3AgentsOf } from './hosting.ts';
import { findingsOf, type Judge, judged, whenAsked } from './judge.ts';
import type { Kind } from './kind.ts';
import type { FloatingIpFacts } from './model/floatingIps.ts';
import type { Model } from './model/index.ts';
import { portJudges } from './port.ts';
import { routerJudges } from './router.ts';

const subjectOf = ({ id }: FloatingIpFacts) => ({ resource: 'floatingip', id });

const agentsOf = ({ router }: FloatingIpFacts, model: Model) => {
  const facts = model.routers.get(router ?? '');
  return facts ? l3AgentsOf(facts, model) : [];
};

/** What is looked at of every floating IP. */
export const floatingIpJudges = (mechanisms: Mechanisms): readonly Judge<FloatingIpFacts>[] => [
  {
    name: 'association',
    judge(floating) {
      const { id, address, fixedPort, fixedAddress } = floating;
      return failing(
        fixedPort === null ? [floatingIpUnused.found({ address, id }, { subject: subjectOf(floating) })] : [],
        `${address} stands for ${fixedAddress}`,
      );
    },
    standing: whenAsked,
  },
  {
    name: 'router',
    judge(floating, model) {
      if (floating.fixedPort === null) return pass('it is associated with no port, so it needs none');
      const router = floating.router === null ? undefined : model.routers.get(floating.router);
      if (!router || router.gatewayPort === null) {
        const args = { address: floating.address, port: floating.fixedPort };
        return failing([floatingIpWithoutRouter.found(args, { subject: subjectOf(floating) })]);
      }
      return pass(`router ${router.id}`);
    },
  },
  {
    name: 'state of its router',
    judge(floating, model) {
      const router = floating.router === null ? undefined : model.routers.get(floating.router);
      if (!router) return pass('it has none');
      return failing(findingsOf(judged(routerJudges(mechanisms), router, model)), 'nothing is wrong with it');
    },
    standing: whenAsked,
  },
  {
    name: 'state of its port',
    judge(floating, model) {
      if (floating.fixedPort === null) return pass('it is associated with none');
      const port = model.ports.get(floating.fixedPort);
      if (!port) return notChecked(`its port ${floating.fixedPort} is not there`);
      return failing(
        findingsOf(judged(portJudges(mechanisms), port, model)),
        `port ${port.id} with ${floating.fixedAddress}`,
      );
    },
    standing: whenAsked,
  },
  {
    name: 'status',
    judge(floating) {
      const { address, status, router, fixedPort } = floating;
      if (status === 'ACTIVE' || fixedPort === null || router === null) return pass(status);
      return failing([floatingIpDown.found({ address, status, router }, { subject: subjectOf(floating) })]);
    },
  },
];

/** Floating IPs. */
export const floatingIpKind = (mechanisms: Mechanisms, db: Kysely<Database>): Kind<FloatingIpFacts> => ({
  resource: 'floatingip',
  wanted: (id) => ({ floatingIps: [id] }),
  all: ({ floatingIps }) => floatingIps.values(),
  find: ({ floatingIps }, id) => floatingIps.get(id),
  judges: floatingIpJudges(mechanisms),
  asks: agentsOf,
  closer: [
    {
      name: 'security groups',
      run: async ({ facts: { fixedPort } }) =>
        fixedPort === null
          ? pass('it leads to no port')
          : judgeFilter(fixedPort, await filterOf(db, fixedPort)),
    },
  ],
});
