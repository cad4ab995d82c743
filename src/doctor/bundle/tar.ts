/** POSIX tar (ustar): a header of 512 bytes before each file, whose content is filled up to a multiple of 512. */
const BLOCK = 512;

export interface TarEntry {
  readonly path: string;
  readonly content: string;
}

/** An archive of text files. Paths of up to 255 bytes, which ustar takes if they break at a slash. */
export function tar(entries: readonly TarEntry[], modified: Date): Buffer {
  const seconds = Math.floor(modified.getTime() / 1000);
  const parts = entries.flatMap(({ path, content }) => {
    const body = Buffer.from(content);
    return [header(path, body.length, seconds), body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * BLOCK)]);
}

function header(path: string, size: number, seconds: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  const { prefix, name } = splitPath(path);
  const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;
  block.write(name, 0);
  block.write(octal(0o600, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(seconds, 11), 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

const NAME = 100;
const PREFIX = 155;

/** The name field holds 100 bytes; what does not fit goes before a slash into the prefix. Throws for longer ones. */
function splitPath(path: string): { prefix: string; name: string } {
  if (Buffer.byteLength(path) <= NAME) return { prefix: '', name: path };
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(name) <= NAME && Buffer.byteLength(prefix) <= PREFIX) return { prefix, name };
  }
  throw new Error(`the path is too long for the archive: ${path}`);
}
