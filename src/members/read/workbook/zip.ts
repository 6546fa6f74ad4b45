// A ZIP's table of contents, and what is in it, with a limit: a small file may unpack to gigabytes. Node unpacks; this
// finds where, because no library at hand stops at a limit and looks at the checksum too.
import { crc32, inflateRawSync } from "node:zlib";

type Entry = { name: string; method: number; crc: number; packed: number; unpacked: number; at: number };

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/** @throws where it is damaged, or not complete */
export function listEntries(bytes: Buffer): Entry[] {
  const end = bytes.lastIndexOf(Uint8Array.of(0x50, 0x4b, 0x05, 0x06));
  if (end === -1 || bytes.readUInt32LE(end) !== END) throw new RangeError("no end");
  const entries: Entry[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== CENTRAL) throw new RangeError("no entry");
    const [name, extra, comment] = [28, 30, 32].map((offset) => bytes.readUInt16LE(at + offset));
    entries.push({
      name: bytes.toString("utf8", at + 46, at + 46 + (name ?? 0)).replace(/^\//, ""),
      method: bytes.readUInt16LE(at + 10),
      crc: bytes.readUInt32LE(at + 16),
      packed: bytes.readUInt32LE(at + 20),
      unpacked: bytes.readUInt32LE(at + 24),
      at: bytes.readUInt32LE(at + 42),
    });
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return entries;
}

/** At most as long as the table of contents says. @throws where it is damaged, or not complete */
export function unpack(bytes: Buffer, { method, crc, packed, unpacked, at }: Entry): Uint8Array {
  const start = at + 30 + bytes.readUInt16LE(at + 26) + bytes.readUInt16LE(at + 28);
  const content = bytes.subarray(start, start + packed);
  if (method !== STORED && method !== DEFLATED) throw new RangeError("another method");
  const result =
    method === STORED ? content : inflateRawSync(content, { maxOutputLength: Math.max(1, unpacked) });
  if (result.length !== unpacked || crc32(result) !== crc) throw new RangeError("not what was packed");
  return result;
}
