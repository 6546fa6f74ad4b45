// Where files stand while they are made: in a folder that nobody else may enter, on a disk and not in memory.
import { randomBytes } from "node:crypto";
import { chmod, lstat, mkdir, open, readdir, rm, statfs } from "node:fs/promises";
import { join } from "node:path";

export type PrivateFile = {
  write(piece: string | Uint8Array): Promise<void>;
  /** In bytes, so far. */
  size(): number;
  /** All of it from its start, piece by piece. @param write may use what it is given until it is done */
  copyTo(write: (bytes: Uint8Array) => Promise<void>): Promise<void>;
  /** It is gone then. */
  close(): Promise<void>;
};

export type FilesFolder = {
  /** Makes it where it is missing, and removes what a crash has left there. */
  clear(): Promise<void>;
  create(): Promise<PrivateFile>;
};

/** This much stays free: PostgreSQL may be on the same disk, and an alert needs it. */
const LEFT_FREE_BYTES = 256 * 1024 * 1024;
const LOOK_EVERY_BYTES = 8 * 1024 * 1024;
const ROOM_BYTES = 64 * 1024;

const encoder = new TextEncoder();

/** The disk is too full for a file. */
export class NoRoom extends Error {
  override readonly name = "NoRoom";
}

export const createFilesFolder = (folder: string, leftFree = LEFT_FREE_BYTES): FilesFolder => ({
  clear: async () => {
    await make(folder);
    for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true });
  },
  create: async () => {
    await make(folder);
    return createFile(folder, leftFree);
  },
});

/** @throws Error where somebody has put something else there, such as a link to a folder of others */
async function make(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  const isOurs = process.getuid === undefined || found.uid === process.getuid();
  if (!found.isDirectory() || !isOurs) throw new Error(`${folder} is not a folder of Headgate's own`);
  await chmod(folder, 0o700);
}

/** It has no name as soon as it is open: then nobody else can open it, and no crash leaves it behind. */
async function createFile(folder: string, leftFree: number): Promise<PrivateFile> {
  const path = join(folder, randomBytes(12).toString("hex"));
  const file = await open(path, "wx+", 0o600);
  // Windows may keep the name until it is closed.
  await rm(path, { force: true }).catch(() => {});
  // The same for every piece, there and back: a new one for each would be left lying in memory.
  const room = new Uint8Array(ROOM_BYTES);
  let size = 0;
  let lookAt = 0;

  async function append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await file.write(bytes, done, bytes.length - done, size);
      done += bytesWritten;
      size += bytesWritten;
    }
  }

  return {
    write: async (piece) => {
      if (size >= lookAt) {
        const { bavail, bsize } = await statfs(folder);
        if (bavail * bsize < leftFree) throw new NoRoom("the disk is nearly full");
        lookAt = size + LOOK_EVERY_BYTES;
      }
      if (typeof piece !== "string") return append(piece);
      for (let done = 0; done < piece.length; ) {
        const { read, written } = encoder.encodeInto(piece.slice(done), room);
        await append(room.subarray(0, written));
        done += read;
      }
    },
    size: () => size,
    copyTo: async (write) => {
      for (let done = 0; done < size; ) {
        const { bytesRead } = await file.read(room, 0, room.length, done);
        if (bytesRead === 0) throw new Error("a file has become shorter");
        await write(room.subarray(0, bytesRead));
        done += bytesRead;
      }
    },
    close: async () => {
      await file.close();
      await rm(path, { force: true });
    },
  };
}
