/** Whose server and agents: this project's, or Debian's Python Neutron 21.0, the peer. */
export type Side = 'ours' | 'peer';
