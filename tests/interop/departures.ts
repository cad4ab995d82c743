const random = 'which object comes first is random';

/** Recorded transcripts from which ours still differs, by number, with the reason. */
export const departures: Readonly<Record<string, string>> = {
  '075': random,
  '091': random,
  '101': random,
  '148': 'here the DHCP agent has its address again after the network was put back on it',
};
