/** What `binding:vif_type` says of a port that no mechanism driver has plugged in: not tried yet, or tried in vain. */
const UNBOUND_VIF_TYPES: readonly string[] = ['unbound', 'binding_failed'];

/** Whether a port of this `binding:vif_type` is plugged in nowhere; false for undefined, of which nothing is known. */
export const isUnbound = (vifType: string | null | undefined): boolean =>
  UNBOUND_VIF_TYPES.includes(vifType ?? '');
