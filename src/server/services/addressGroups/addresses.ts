import { pythonText } from '../../../resources/pythonText.ts';
import { parseNetwork } from '../../../resources/validators/netaddr.ts';
import { badRequest, fault } from '../../errors/index.ts';

/**
 * Addresses and CIDRs of a request as CIDRs without host bits, each once.
 *
 * @throws HTTPBadRequest when they are no list, AddrFormatError (400) for what is no address
 */
export function canonicalAddresses(given: unknown): string[] {
  if (!Array.isArray(given)) {
    throw badRequest("'addresses' must be a list of addresses or CIDRs");
  }
  const cidrs = given.map((address: unknown) => {
    const network = typeof address === 'string' ? parseNetwork(address) : undefined;
    if (network === undefined)
      throw fault('AddrFormatError', { message: `invalid IPNetwork ${pythonText(address)}` });
    return network.cidr;
  });
  return [...new Set(cidrs)];
}
