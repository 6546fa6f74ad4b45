// A volunteer at the terminal with a member list.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runCli } from "../../src/cli.ts";
import { openDatabase } from "../../src/db/open.ts";
import { connectTo, createTestDatabase } from "../helpers/database.ts";
import { listMembers } from "../helpers/members.ts";

async function openTerminal() {
  const url = await createTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), "headgate-cli-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const run = async (...args: string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const code = await runCli(args, {
      openDatabase: async () => openDatabase(url),
      workspaceTeamId: async () => "T1",
      readFile: (path) => readFile(join(folder, path)),
      write: (line) => void out.push(line),
      complain: (line) => void err.push(line),
    });
    return { code, out: out.join("\n"), err: err.join("\n") };
  };
  const save = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
  const { db } = connectTo(url);
  return { run, save, listMembers: () => listMembers(db) };
}

test("a member list goes in, and a second time changes nothing", async () => {
  const terminal = await openTerminal();
  await terminal.save(
    "members.csv",
    "\ufeffMember #;First Name;Last Name;Cell;Area\r\n1;Ana;Ruiz;(206) 555-0142;North\r\n2;Ben;Ode;555-0123;North\r\n",
  );

  const first = await terminal.run("import", "members.csv");
  expect(first).toMatchObject({ code: 0, err: "" });
  expect(first.out).toContain("2 rows: 2 added, 0 changed, 0 left alone, 0 refused.");
  expect(first.out).toContain("line 3, 2 Ben Ode: No phone was taken: The area code is missing.");

  const second = await terminal.run("import", "members.csv");
  expect(second.out).toContain("2 rows: 0 added, 0 changed, 2 left alone, 0 refused.");
  expect(await terminal.listMembers()).toHaveLength(2);
});

test.each([
  ["a file that isn't there", "members.csv", undefined, "There is no such file."],
  ["an empty file", "empty.csv", "", "The file is empty."],
  ["a workbook", "members.xlsx", "PK\u0003\u0004", "Excel workbook"],
  [
    "another list",
    "list.csv",
    "Street,Town\nMain,Milford",
    "no column for the account number, the name, the phone",
  ],
])("%s: one plain message, and nothing happens", async (_, name, content, words) => {
  const terminal = await openTerminal();
  if (content !== undefined) await terminal.save(name, content);

  const { code, out, err } = await terminal.run("import", name);

  expect({ code, out }).toEqual({ code: 1, out: "" });
  expect(err).toMatch(new RegExp(`^Nothing was imported from ${name}\\. `));
  expect(err).toContain(words);
  expect(await terminal.listMembers()).toEqual([]);
});

test.each([
  [[]],
  [["help"]],
  [["import"]],
  [["import", "a.csv", "b.csv"]],
  [["board"]],
  [["board", "add", "U0ADMIN"]],
  [["board", "remove"]],
])("%j: the commands are told", async (args) => {
  const { run } = await openTerminal();
  expect(await run(...args)).toMatchObject({ code: 1, err: expect.stringContaining("npm run import --") });
});

test("migrate says that it is done", async () => {
  const { run } = await openTerminal();
  expect(await run("migrate")).toEqual({ code: 0, out: "The database is up to this version.", err: "" });
});
