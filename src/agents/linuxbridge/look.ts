import {
  driftBridge,
  driftBridgeFiltering,
  driftFdb,
  driftFirewall,
  driftIpset,
  driftNeighbours,
  driftQos,
  driftSpoofing,
  driftTap,
} from '../../health/catalogue/drift.ts';
import type { Log } from '../../log/log.ts';
import type { Drift, Look } from '../runtime/drift.ts';
import type { Reconciler } from '../runtime/reconciler.ts';
import { type Devices, isTap } from './devices.ts';
import type { Firewall } from './firewall/firewall.ts';
import type { Forwarding } from './forwarding.ts';
import { compareBridgeFiltering, enableBridgeFiltering } from './hostCheck.ts';
import type { Networks } from './networks.ts';
import type { Qos, QosComparison } from './qos/qos.ts';
import { observeHost } from './wiring/host.ts';

export interface Looker {
  readonly log: Log;
  readonly devices: Devices;
  readonly networks: Networks;
  readonly firewall: Firewall | undefined;
  readonly forwarding: Forwarding | undefined;
  readonly qos: Qos | undefined;
  readonly deviceLoop: Reconciler;
  readonly networkLoop: Reconciler;
  /** Works on a device again, with nothing asked of the server. */
  bringDevice(device: string): Promise<unknown>;
  /** A device came or went, and no event told of it. */
  missed(device: string): void;
}

/** One look at all that this agent has applied: a few programs that read, however many ports there are. */
export async function lookAtKernel(looker: Looker): Promise<Look> {
  const { devices, networks, firewall, forwarding, qos, deviceLoop, networkLoop } = looker;
  const wired = deviceLoop.settled();
  const told = networkLoop.settled();
  try {
    const ids = forwarding?.networks() ?? [];
    const [host, filters, tables, shaped] = await Promise.all([
      observeHost(),
      devices.count > 0 ? firewall?.compare() : undefined,
      networks.compare(ids),
      wired.quiet ? qos?.compare(devices.known()) : undefined,
    ]);
    for (const [device, { index }] of host.links)
      if (isTap(device) && !devices.has(device) && !devices.disowned(device, index)) looker.missed(device);
    for (const device of devices.known()) if (!host.links.has(device)) looker.missed(device);
    const wiring = devices.compare(host, devices.known().filter(wired.has));
    // A table goes with its device, and comes back with it.
    const changed = new Set(
      wiring.filter(({ bridge }) => bridge.length > 0).map(({ networkId }) => networkId),
    );
    const settledTables = tables.filter(({ id }) => told.has(id) && !changed.has(id));
    const known = wired.quiet ? filters : undefined;
    return {
      complete: wired.quiet && told.quiet,
      compared: {
        bridge: wiring.length,
        tap: wiring.reduce((sum, { ports }) => sum + ports.length, 0),
        fdb: settledTables.reduce((sum, { size }) => sum + size.fdb, 0),
        ...(settledTables.some(({ neighbours }) => neighbours)
          ? { neighbour: settledTables.reduce((sum, { size }) => sum + size.neighbours, 0) }
          : {}),
        ...(known ? { chain: known.chains, ipset: known.sets } : {}),
      },
      drift: [
        ...wiring.flatMap((one) => ofWiring(looker, one)),
        ...settledTables.flatMap((one) => ofTables(looker, one)),
        ...(known ? ofFilters(looker, known) : []),
        ...(shaped ? ofShaping(looker, shaped) : []),
        ...(firewall ? ofBridgeFiltering(looker) : []),
      ].filter(({ differences }) => differences.length > 0),
    };
  } finally {
    wired.end();
    told.end();
  }
}

const network = (id: string) => ({ resource: 'network', id });

function ofWiring(
  { bringDevice }: Looker,
  { networkId, bridge, ports }: ReturnType<Devices['compare']>[number],
): Drift[] {
  return [
    {
      problem: driftBridge,
      subject: network(networkId),
      differences: bridge,
      heal: () => bringDevice(ports[0]!.device),
    },
    ...ports.map(({ portId, device, differences }) => ({
      problem: driftTap,
      subject: { resource: 'port', id: portId },
      differences,
      heal: () => bringDevice(device),
    })),
  ];
}

function ofTables(
  { networkLoop }: Looker,
  { id, fdb, neighbours = [] }: Awaited<ReturnType<Networks['compare']>>[number],
): Drift[] {
  const about = { subject: network(id), heal: () => networkLoop.bring(id) };
  return [
    { problem: driftFdb, differences: fdb, ...about },
    { problem: driftNeighbours, differences: neighbours, ...about },
  ];
}

/** What is written as a whole heals with whatever device is worked on. */
const healWithAny =
  ({ devices, bringDevice }: Looker) =>
  async () => {
    const [any] = devices.known();
    return any === undefined ? undefined : bringDevice(any);
  };

function ofFilters(
  looker: Looker,
  { rules, ipsets, ebtables }: NonNullable<Awaited<ReturnType<Firewall['compare']>>>,
): Drift[] {
  const heal = healWithAny(looker);
  return [
    { problem: driftFirewall, differences: rules, heal },
    { problem: driftIpset, differences: ipsets, heal },
    { problem: driftSpoofing, differences: ebtables, heal },
  ];
}

function ofShaping(looker: Looker, { limits, marks }: QosComparison): Drift[] {
  const { devices, bringDevice } = looker;
  return [
    ...limits.map(({ device, differences }) => ({
      problem: driftQos,
      subject: { resource: 'port', id: devices.portOf(device) ?? device },
      differences,
      heal: () => bringDevice(device),
    })),
    { problem: driftQos, differences: marks, heal: healWithAny(looker) },
  ];
}

const ofBridgeFiltering = ({ log }: Looker): Drift[] => [
  {
    problem: driftBridgeFiltering,
    differences: compareBridgeFiltering(),
    heal: () => enableBridgeFiltering(log),
  },
];
