import type { Item } from '../services/service.ts';
import type { BindingExplanation } from './binding.ts';

/** What the drivers say about a port's binding, as the API shows it. */
export const presentBinding = (explanation: BindingExplanation | undefined): Item | undefined =>
  explanation && {
    port_id: explanation.portId,
    host_id: explanation.host,
    vif_type: explanation.vifType,
    reasons: explanation.refusals.map(({ driver, code, segment, reason, fix }) => ({
      driver,
      code,
      network_type: segment?.network_type ?? null,
      physical_network: segment?.physical_network ?? null,
      segmentation_id: segment?.segmentation_id ?? null,
      reason,
      fix,
    })),
  };
