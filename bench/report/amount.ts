/** A number with three figures that count, thousands apart. */
export const amount = (value: number): string =>
  value.toLocaleString(
    'en-US',
    value >= 100 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 },
  );
