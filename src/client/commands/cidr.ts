/** Whether a word is an address with a prefix length: `10.0.0.0/24`, `fd00::/64`. */
export const isCidr = (word: string): boolean => {
  const { isIP } = process.getBuiltinModule('node:net');
  const [address, length, ...more] = word.split('/');
  const version = isIP(address ?? '');
  return (
    version !== 0 &&
    more.length === 0 &&
    /^\d+$/.test(length ?? '') &&
    Number(length) <= (version === 4 ? 32 : 128)
  );
};
