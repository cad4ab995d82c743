import type { Topology } from '../topology.ts';

/** The guide's two machines on one office LAN, and an `outside` host that is their gateway, DNS and 'the Internet'. */
export const guide: Topology = {
  name: 'guide',
  lans: ['office'],
  hosts: [
    {
      name: 'outside',
      nics: [{ name: 'eno1', lan: 'office', address: '192.168.81.254/24' }],
      loopback: ['203.0.113.1/32', '192.168.85.253/32'],
      forwards: true,
      roles: ['outside'],
    },
    {
      name: 'controller',
      nics: [{ name: 'eno1', lan: 'office', address: '192.168.81.66/24' }],
      gateway: '192.168.81.254',
      roles: ['control', 'network', 'compute'],
    },
    {
      name: 'compute',
      nics: [{ name: 'eno1', lan: 'office', address: '192.168.81.65/24' }],
      gateway: '192.168.81.254',
      roles: ['compute'],
    },
  ],
};
