/**
 * JSON in ASCII, as Python writes it: text columns of Neutron's schema take no character beyond the basic plane, and
 * what stands in JSON may be any.
 */
export const asciiJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
