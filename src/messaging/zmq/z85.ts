const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#';

/** Z85 (ZeroMQ RFC 32) of bytes whose number is a multiple of four. */
export function encodeZ85(bytes: Buffer): string {
  let text = '';
  for (let offset = 0; offset < bytes.length; offset += 4) {
    let value = bytes.readUInt32BE(offset);
    let digits = '';
    for (let place = 0; place < 5; place += 1) {
      digits = alphabet[value % 85] + digits;
      value = Math.floor(value / 85);
    }
    text += digits;
  }
  return text;
}
