// What is read from the disk as a wrong build has it: SQL that the app reads, and code that a test reads.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** From now on whoever reads the file in this process reads `replace` instead of `find`. @returns the end of that */
export function changeOnDisk(path: string, find: string, replace: string): () => void {
  const changed = (file: unknown, content: unknown): unknown => {
    if (pathOf(file) !== path) return content;
    if (typeof content === "string") return content.replace(find, () => replace);
    return Buffer.isBuffer(content) ? Buffer.from(content.toString().replace(find, () => replace)) : content;
  };
  const { readFileSync } = fs;
  const { readFile } = fs.promises;
  Object.assign(fs, {
    readFileSync: (...args: Parameters<typeof readFileSync>) => changed(args[0], readFileSync(...args)),
  });
  Object.assign(fs.promises, {
    readFile: async (...args: Parameters<typeof readFile>) => changed(args[0], await readFile(...args)),
  });
  // For whoever has imported them by name.
  syncBuiltinESMExports();
  return () => {
    Object.assign(fs, { readFileSync });
    Object.assign(fs.promises, { readFile });
    syncBuiltinESMExports();
  };
}

const pathOf = (file: unknown): string | undefined => {
  if (file instanceof URL) return fileURLToPath(file);
  return typeof file === "string" ? resolve(file) : undefined;
};
