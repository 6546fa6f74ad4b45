import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { findHome } from "../../../src/config.ts";
import { explainDatabaseError } from "../../../src/db/provide.ts";

const failed = (code: string) => Object.assign(new Error("it failed"), { code });

test.each(["ECONNREFUSED", "57P03", "CONNECT_TIMEOUT", "CONNECTION_CLOSED", "53300"])(
  "a database that is away (%s): DATABASE_URL is named only where it is set",
  (code) => {
    expect(explainDatabaseError(failed(code), true)).toMatch(/can't be reached.*DATABASE_URL/);
    expect(explainDatabaseError(failed(code), false)).toMatch(/^The built-in PostgreSQL can't be reached/);
    expect(explainDatabaseError(failed(code), false)).not.toContain("DATABASE_URL");
  },
);

test.each(["28000", "28P01", "3D000", "42501"])(
  "a refusal (%s) is about DATABASE_URL, or unheard of",
  (code) => {
    expect(explainDatabaseError(failed(code), true)).toContain("DATABASE_URL");
    expect(explainDatabaseError(failed(code), false)).toBeUndefined();
  },
);

test("an error that names no database is not explained by one", () => {
  expect(explainDatabaseError(new Error("it failed"), true)).toBeUndefined();
  const cause = new Error("no answer", { cause: failed("ECONNREFUSED") });
  expect(explainDatabaseError(Object.assign(cause, { code: "OTHER" }), true)).toContain("can't be reached");
});

test("the command line is at home where data or .env are, and else in the project's folder", async () => {
  const folder = await mkdtemp(join(tmpdir(), "headgate-home-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  expect(await readdir(findHome(folder))).toContain("package.json");
  await mkdir(join(folder, "data"));
  expect(findHome(folder)).toBe(folder);
  await rm(join(folder, "data"), { recursive: true });
  await writeFile(join(folder, ".env"), "");
  expect(findHome(folder)).toBe(folder);
});
