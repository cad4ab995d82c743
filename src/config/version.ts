/** The release of Neutron that this one stands in for. */
export const VERSION = '21.0.0';
