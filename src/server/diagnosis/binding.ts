import {
  bindingOutdated,
  networkWithoutSegments,
  routerDistributed,
} from '../../health/catalogue/binding.ts';
import type { Finding } from '../../health/finding.ts';
import { hostsOf } from '../ml2/bindingRequest.ts';
import type { Refusal } from '../ml2/mechanisms/driver.ts';
import type { Mechanisms } from '../ml2/mechanisms/index.ts';
import type { Item } from '../services/service.ts';
import type { Model } from './model/index.ts';
import type { PortFacts } from './model/ports.ts';

const ofPort = (finding: Finding, { id }: PortFacts): Finding =>
  finding.subject ? finding : { ...finding, subject: { resource: 'port', id } };

/** What nobody but the server itself can say of a port that is on no host. */
function ownRefusal({ id, distributed, deviceId, networkId }: PortFacts, model: Model): Finding | undefined {
  if (distributed) {
    return routerDistributed.found({ router: deviceId }, { subject: { resource: 'router', id: deviceId } });
  }
  if (model.networks.get(networkId)?.segments.length !== 0) return undefined;
  return networkWithoutSegments.found({ network: networkId }, { subject: { resource: 'port', id } });
}

/**
 * Why a port is not bound, by each mechanism driver for each segment: asked anew of what is known now. Empty for a port
 * that is bound, or has no host to be bound to.
 */
export function refusalsOf(port: PortFacts, model: Model, mechanisms: Mechanisms): readonly Refusal[] {
  const own = port.distributed || port.vifType === 'binding_failed' ? ownRefusal(port, model) : undefined;
  if (own) return [{ driver: 'ml2', finding: own }];
  if (port.vifType !== 'binding_failed' || port.host === '') return [];
  const { id: portId, networkId, host, vnicType } = port;
  const outcome = mechanisms.bind({
    portId,
    networkId,
    host,
    vnicType,
    segments: model.networks.get(networkId)?.segments ?? [],
    agents: model.agents.filter((agent) => agent.host === host),
    knownHosts: hostsOf(model.agents),
  });
  if ('refusals' in outcome) {
    return outcome.refusals.map((one) => ({ ...one, finding: ofPort(one.finding, port) }));
  }
  const finding = bindingOutdated.found(
    { port: portId, host },
    { host, subject: { resource: 'port', id: portId } },
  );
  return [{ driver: outcome.bound.driver, segment: outcome.bound.segment, finding }];
}

/** What the drivers say, as the diagnosis of a port shows it. */
export const presentReasons = (refusals: readonly Refusal[]): Item[] =>
  refusals.map(({ driver, segment, finding }) => ({
    driver,
    code: finding.code,
    network_type: segment?.network_type ?? null,
    physical_network: segment?.physical_network ?? null,
    segmentation_id: segment?.segmentation_id ?? null,
    reason: finding.text,
    fix: finding.command === undefined ? finding.fix : `${finding.fix}: ${finding.command}`,
  }));
