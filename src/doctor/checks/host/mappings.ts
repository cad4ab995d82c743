import type { Config } from '../../../config/option.ts';
import { linuxBridge } from '../../../config/options/index.ts';
import { type Mappings, readablePairs } from '../../../linux/mappings.ts';

/** Those pairs of the configuration that can be read. */
export function readMappings(config: Config): Mappings {
  const { physical_interface_mappings: nics, bridge_mappings: bridges } = config.group(linuxBridge);
  return { nics: readablePairs(nics), bridges: readablePairs(bridges) };
}
