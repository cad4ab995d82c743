import { routerDistributed } from '../../health/catalogue/binding.ts';
import {
  haSingleInstance,
  haTwoPrimaries,
  haWithoutPrimary,
  routerDisabled,
  routerNotHosted,
  routerNotSetUp,
  routerWithoutGateway,
  routerWithoutInterfaces,
  routerWithoutSnat,
  subnetsOverlap,
} from '../../health/catalogue/routers.ts';
import { failing, pass } from '../../health/checks.ts';
import { overlaps, parseCidr } from '../../net/cidr.ts';
import { HA_INTERFACE } from '../../net/deviceOwners.ts';
import type { Mechanisms } from '../ml2/mechanisms/index.ts';
import { L3_AGENT } from '../services/agents/agent.ts';
import { deadAgent } from '../services/agents/reporting.ts';
import { accounts, mentions } from './accounts.ts';
import { l3AgentsOf, serving } from './hosting.ts';
import { findingsOf, type Judge, judged, whenAsked } from './judge.ts';
import type { Kind } from './kind.ts';
import type { Model } from './model/index.ts';
import type { PortFacts } from './model/ports.ts';
import type { RouterFacts } from './model/routers.ts';
import { portJudges } from './port.ts';

const subjectOf = ({ id }: RouterFacts) => ({ resource: 'router', id });

const portsOf = (router: RouterFacts, { ports }: Model): PortFacts[] =>
  router.ports.flatMap((id) => ports.get(id) ?? []);

/** Each pair of its subnets that overlap. */
function overlapping(router: RouterFacts, model: Model): (readonly [string, string])[] {
  const cidrs = [
    ...new Map(
      portsOf(router, model).flatMap(({ networkId, addresses }) =>
        addresses.flatMap(({ subnetId }) => {
          const subnet = model.networks.get(networkId)?.subnets.find(({ id }) => id === subnetId);
          return subnet ? [[subnetId, subnet.cidr] as const] : [];
        }),
      ),
    ).values(),
  ];
  return cidrs.flatMap((one, at) =>
    cidrs
      .slice(at + 1)
      .filter((other) => overlaps(parseCidr(one)!, parseCidr(other)!))
      .map((other) => [one, other] as const),
  );
}

const hosted: Judge<RouterFacts> = {
  name: 'L3 agents',
  judge(router, model) {
    const { agents } = model;
    const { id, distributed, ports } = router;
    const subject = subjectOf(router);
    if (distributed) return failing([routerDistributed.found({ router: id }, { subject })]);
    const hosting = l3AgentsOf(router, model);
    if (hosting.length > 0) {
      const unasked =
        router.enabled && ports.length > 0 && portsOf(router, model).every(({ host }) => host === '');
      return failing(
        [
          ...hosting.filter(({ alive }) => !alive).map(deadAgent),
          ...(unasked
            ? hosting.map(({ host }) => routerNotSetUp.found({ router: id, host }, { host, subject }))
            : []),
        ],
        ...hosting.map(({ host }) => `hosted by the L3 agent on ${host}`),
      );
    }
    if (ports.length === 0) return pass('it has no port yet, so no agent has to have it');
    const { text, findings } = serving(agents, L3_AGENT);
    return failing([...findings, routerNotHosted.found({ router: id, agents: text }, { subject })]);
  },
};

const highlyAvailable: Judge<RouterFacts> = {
  name: 'high availability',
  judge(router, { agents }) {
    if (!router.ha) return pass('it is not highly available');
    const living = router.instances.flatMap(({ agent: id, state }) => {
      const agent = agents.find((one) => one.id === id);
      return agent?.alive ? [{ host: agent.host, state: state ?? 'unknown' }] : [];
    });
    const active = living.filter(({ state }) => state === 'active').map(({ host }) => host);
    const where = { subject: subjectOf(router) };
    const all = living.map(({ host, state }) => `${host} (${state})`);
    if (living.length === 0 || router.ports.length === 0)
      return pass('no living agent has an instance of it');
    if (active.length > 1)
      return failing([haTwoPrimaries.found({ router: router.id, hosts: active }, where)]);
    if (active.length === 0)
      return failing([haWithoutPrimary.found({ router: router.id, hosts: all }, where)]);
    return failing(
      router.instances.length === 1
        ? [haSingleInstance.found({ router: router.id, host: active[0]! }, where)]
        : [],
      all.join(', '),
    );
  },
};

const interfaces = (router: RouterFacts, model: Model) =>
  portsOf(router, model).filter(
    ({ deviceOwner }) => /_interface(_distributed)?$/.test(deviceOwner) && deviceOwner !== HA_INTERFACE,
  );

const chosen: readonly Judge<RouterFacts>[] = [
  {
    name: 'switched on',
    judge: (router) =>
      failing(
        router.enabled ? [] : [routerDisabled.found({ router: router.id }, { subject: subjectOf(router) })],
        'it is on',
      ),
    standing: whenAsked,
  },
  {
    name: 'gateway',
    judge(router) {
      const where = { subject: subjectOf(router) };
      const args = { router: router.id };
      if (router.gatewayPort === null) return failing([routerWithoutGateway.found(args, where)]);
      return failing(router.snat ? [] : [routerWithoutSnat.found(args, where)], 'set, with SNAT');
    },
    standing: whenAsked,
  },
  {
    name: 'interfaces',
    judge(router, model) {
      const own = interfaces(router, model);
      return failing(
        own.length > 0
          ? []
          : [routerWithoutInterfaces.found({ router: router.id }, { subject: subjectOf(router) })],
        ...own.flatMap(({ addresses }) => addresses.map(({ address }) => address)),
      );
    },
    standing: whenAsked,
  },
];

/** What is looked at of every router. */
export const routerJudges = (mechanisms: Mechanisms): readonly Judge<RouterFacts>[] => [
  ...chosen,
  hosted,
  accounts({ agents: l3AgentsOf, items: ({ id }) => mentions(id) }, whenAsked),
  highlyAvailable,
  {
    name: 'ports',
    judge: (router, model) =>
      failing(
        router.enabled
          ? portsOf(router, model).flatMap((port) => findingsOf(judged(portJudges(mechanisms), port, model)))
          : [],
        `${router.ports.length} ports`,
      ),
    standing: whenAsked,
  },
  {
    name: 'subnets',
    judge: (router, model) =>
      failing(
        overlapping(router, model).map(([one, other]) =>
          subnetsOverlap.found({ router: router.id, one, other }, { subject: subjectOf(router) }),
        ),
        'none of its subnets overlap',
      ),
  },
];

/** Routers. */
export const routerKind = (mechanisms: Mechanisms): Kind<RouterFacts> => ({
  resource: 'router',
  wanted: (id) => ({ routers: [id] }),
  all: ({ routers }) => routers.values(),
  find: ({ routers }, id) => routers.get(id),
  judges: routerJudges(mechanisms),
  asks: l3AgentsOf,
  closer: [],
});
