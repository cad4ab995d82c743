import { RetryTransaction } from '../db/database.ts';
import { isDuplicate, isForeignKeyViolation } from '../db/errors.ts';
import { together } from '../db/together.ts';
import { fault } from '../errors/index.ts';
import type { Tx } from '../services/service.ts';
import { pickAddresses } from './pick.ts';
import type { AddressRequest, FixedIp } from './requests.ts';
import type { AllocationSubnet } from './subnets.ts';

/** What one port asks for. */
export interface PortRequest {
  readonly portId: string;
  readonly networkId: string;
  readonly requests: readonly AddressRequest[];
  /** DHCP ports take the first free addresses. */
  readonly first: boolean;
}

interface Chosen {
  readonly port: PortRequest;
  readonly subnet: AllocationSubnet;
  readonly address: string;
}

async function allocatedAlready(tx: Tx, chosen: readonly Chosen[]): Promise<Chosen | undefined> {
  const rows = await tx
    .selectFrom('ipamallocations')
    .select(['ip_address', 'ipam_subnet_id'])
    .where(
      'ip_address',
      'in',
      chosen.map(({ address }) => address),
    )
    .execute();
  return chosen.find(({ address, subnet }) =>
    rows.some((row) => row.ip_address === address && row.ipam_subnet_id === subnet.ipamId),
  );
}

/** Writes chosen addresses in both tables that keep them. */
async function insert(tx: Tx, chosen: readonly Chosen[]): Promise<void> {
  await together(
    tx,
    tx.insertInto('ipamallocations').values(
      chosen.map(({ subnet, address }) => ({
        ip_address: address,
        status: 'ALLOCATED',
        ipam_subnet_id: subnet.ipamId,
      })),
    ),
    tx.insertInto('ipallocations').values(
      chosen.map(({ port, subnet, address }) => ({
        port_id: port.portId,
        ip_address: address,
        subnet_id: subnet.id,
        network_id: port.networkId,
      })),
    ),
  );
}

async function insertGiven(tx: Tx, given: readonly Chosen[]): Promise<void> {
  const seen = new Set<string>();
  for (const { subnet, address } of given) {
    const key = `${subnet.id} ${address}`;
    if (seen.has(key)) throw fault('IpAddressAlreadyAllocated', { ip: address, subnet_id: subnet.id });
    seen.add(key);
  }
  try {
    await insert(tx, given);
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    const conflict = (await allocatedAlready(tx, given)) ?? given[0]!;
    throw fault('IpAddressAlreadyAllocated', { ip: conflict.address, subnet_id: conflict.subnet.id });
  }
}

/** Chooses an address for each request that names none; one query for all ports that want of the same subnets. */
async function choose(tx: Tx, ports: readonly PortRequest[], given: readonly Chosen[]): Promise<Chosen[]> {
  const wishes = ports.flatMap((port) =>
    port.requests.flatMap((request) => (request.kind === 'any' ? [{ port, subnets: request.subnets }] : [])),
  );
  const taken = new Set(given.map(({ address }) => address));
  const chosen: Chosen[] = [];
  const groups = Map.groupBy(wishes, ({ port, subnets }) => `${port.first} ${subnets.map(({ id }) => id)}`);
  for (const group of groups.values()) {
    let waiting = group;
    for (const subnet of group[0]!.subnets) {
      if (waiting.length === 0) break;
      const first = group[0]!.port.first;
      const found = await pickAddresses(tx, subnet, waiting.length, { first, taken });
      for (const [at, address] of found.entries()) {
        taken.add(address);
        chosen.push({ port: waiting[at]!.port, subnet, address });
      }
      waiting = waiting.slice(found.length);
    }
    if (waiting.length > 0) {
      throw fault('IpAddressGenerationFailure', { net_id: waiting[0]!.port.networkId });
    }
  }
  return chosen;
}

/**
 * Allocates the addresses that ports ask for; their rows must exist. Throws IpAddressAlreadyAllocated for a given
 * address that is taken, IpAddressGenerationFailure when the pools are empty. An address that another transaction
 * took in the same moment has the whole transaction tried again.
 */
export async function allocateAddresses(
  tx: Tx,
  ports: readonly PortRequest[],
): Promise<Map<string, FixedIp[]>> {
  const given = ports.flatMap((port) =>
    port.requests.flatMap((request) =>
      request.kind === 'given' ? [{ port, subnet: request.subnet, address: request.address }] : [],
    ),
  );
  const chosen = await choose(tx, ports, given);
  try {
    if (given.length > 0) await insertGiven(tx, given);
    if (chosen.length > 0) await insert(tx, chosen);
  } catch (error) {
    if (isDuplicate(error)) throw new RetryTransaction('an address was just taken');
    if (isForeignKeyViolation(error)) throw new RetryTransaction('a subnet was just deleted');
    throw error;
  }
  const byPort = new Map<string, FixedIp[]>(ports.map(({ portId }) => [portId, []]));
  for (const { port, subnet, address } of [...given, ...chosen]) {
    byPort.get(port.portId)!.push({ subnet_id: subnet.id, ip_address: address });
  }
  return byPort;
}

/** Gives addresses back. */
export async function releaseAddresses(tx: Tx, addresses: readonly FixedIp[]): Promise<void> {
  for (const [subnet, own] of Map.groupBy(addresses, ({ subnet_id }) => subnet_id)) {
    const list = own.map(({ ip_address }) => ip_address);
    await tx
      .deleteFrom('ipallocations')
      .where('subnet_id', '=', subnet)
      .where('ip_address', 'in', list)
      .execute();
    await tx
      .deleteFrom('ipamallocations')
      .where('ipam_subnet_id', 'in', (query) =>
        query.selectFrom('ipamsubnets').select('id').where('neutron_subnet_id', '=', subnet),
      )
      .where('ip_address', 'in', list)
      .execute();
  }
}
