// Where files stand while they are made: nobody else reads them, and nothing of them stays.
import { spawnSync } from "node:child_process";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createFilesFolder, NoRoom, type PrivateFile } from "../../../src/slack/files/folder.ts";
import { listOpenIn, makeFolder } from "../../helpers/files.ts";

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

async function read(file: PrivateFile): Promise<string> {
  const pieces: Buffer[] = [];
  await file.copyTo(async (bytes) => void pieces.push(Buffer.from(bytes)));
  return Buffer.concat(pieces).toString();
}

test("large pieces come through whole, wherever they are cut", async () => {
  const file = await createFilesFolder(join(await makeFolder(), "files")).create();
  // Of two, three and four bytes each, so that no border falls between all of them.
  const pieces = ["é€🚰".repeat(50_000), "x", "🚰".repeat(40_000)];
  for (const piece of pieces) await file.write(piece);
  await file.write(new TextEncoder().encode(pieces[0]));
  const whole = pieces.join("") + pieces[0];
  expect(await read(file)).toBe(whole);
  expect(file.size()).toBe(Buffer.byteLength(whole));
  await file.close();
});

test("what is written is read, from its start and as often as wanted, with its length in bytes", async () => {
  const folder = createFilesFolder(join(await makeFolder(), "data", "files"));
  const file = await folder.create();
  await file.write("año ");
  await file.write(new Uint8Array([50, 48]));
  await file.write("\n");
  expect(file.size()).toBe(8);
  expect(await read(file)).toBe("año 20\n");
  expect(await read(file)).toBe("año 20\n");
  await file.close();
});

describe.skipIf(process.platform === "win32")("nobody else", () => {
  test("may enter the folder, whatever it was before", async () => {
    const path = join(await makeFolder(), "files");
    await mkdir(path, { mode: 0o755 });
    await createFilesFolder(path).clear();
    expect(await modeOf(path)).toBe("700");
    const other = join(await makeFolder(), "files");
    await (await createFilesFolder(other).create()).close();
    expect(await modeOf(other)).toBe("700");
  });

  test("is led to the files of others by a link in its place", async () => {
    const [others, home] = [await makeFolder(), await makeFolder()];
    await writeFile(join(others, "theirs"), "");
    await symlink(others, join(home, "files"));
    const folder = createFilesFolder(join(home, "files"));
    await expect(folder.clear()).rejects.toThrow("not a folder of Headgate's own");
    await expect(folder.create()).rejects.toThrow("not a folder of Headgate's own");
    expect(await readdir(others)).toEqual(["theirs"]);
  });

  test.skipIf(process.platform !== "linux")("may open the file: it has no name, and mode 0600", async () => {
    const path = join(await makeFolder(), "files");
    const file = await createFilesFolder(path).create();
    await file.write("Ana Ruiz");
    expect(await readdir(path)).toEqual([]);
    const [open = "", ...more] = await listOpenIn(path);
    expect(more).toEqual([]);
    expect([await modeOf(open), await readFile(open, "utf8")]).toEqual(["600", "Ana Ruiz"]);
    await file.close();
    expect(await listOpenIn(path)).toEqual([]);
  });

  test("finds anything after a kill -9 in the middle", async () => {
    const path = join(await makeFolder(), "files");
    const module = new URL("../../../src/slack/files/folder.ts", import.meta.url).href;
    const program = `
      const { createFilesFolder } = await import(${JSON.stringify(module)});
      const file = await createFilesFolder(${JSON.stringify(path)}).create();
      await file.write("Ana Ruiz");
      process.kill(process.pid, "SIGKILL");`;
    const { signal } = spawnSync(process.execPath, ["--input-type=module", "-e", program]);
    expect(signal).toBe("SIGKILL");
    expect(await readdir(path)).toEqual([]);
  });
});

test("what was left there all the same is gone after the next start", async () => {
  const path = join(await makeFolder(), "files");
  await mkdir(join(path, "folder"), { recursive: true });
  await writeFile(join(path, "left"), "Ana Ruiz");
  await writeFile(join(path, "folder", "left"), "Ana Ruiz");
  await createFilesFolder(path).clear();
  expect(await readdir(path)).toEqual([]);
});

test("a disk that is nearly full is not filled up, because the database needs it", async () => {
  const folder = createFilesFolder(join(await makeFolder(), "files"), Number.MAX_SAFE_INTEGER);
  const file = await folder.create();
  await expect(file.write("x")).rejects.toThrow(NoRoom);
  await file.close();
});
