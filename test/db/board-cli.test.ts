import { asc } from "drizzle-orm";
import { expect, test } from "vitest";
import { type CliDeps, runCli } from "../../src/cli.ts";
import { auditEntries } from "../../src/db/schema.ts";
import { openTestDatabase } from "../helpers/database.ts";

async function openTerminal(team = "T1") {
  const connection = await openTestDatabase();
  const run = async (...args: string[]) => {
    const written: string[] = [];
    const complaints: string[] = [];
    const deps: CliDeps = {
      openDatabase: async () => ({ ...connection, close: async () => {} }),
      workspaceTeamId: async () => team,
      askSlackWho: async (userId) => ({ name: `Name of ${userId}`, never: undefined }),
      settings: () => ({
        given: { TIME_ZONE: "America/Denver" },
        defaults: {},
        country: "US",
        ourNumber: "+12065550100",
      }),
      readFile: () => Promise.reject(new Error("no file is read here")),
      write: (line) => void written.push(line),
      complain: (line) => void complaints.push(line),
    };
    const code = await runCli(args, deps);
    return { code, written, complaints };
  };
  return { run, db: connection.db };
}

test("the board is added to, listed and removed from, and the audit log says so", async () => {
  const { run, db } = await openTerminal();

  expect(await run("board", "list")).toMatchObject({ code: 0, written: [expect.stringContaining("Nobody")] });
  expect(await run("board", "add", "U0ADMIN", "admin")).toMatchObject({ code: 0 });
  expect(await run("board", "add", "U0OPER", "operator")).toMatchObject({ code: 0 });
  expect((await run("board", "list")).written).toEqual([
    "U0ADMIN  admin  Name of U0ADMIN",
    "U0OPER  operator  Name of U0OPER",
  ]);
  expect(await run("board", "remove", "U0OPER")).toMatchObject({
    code: 0,
    written: ["U0OPER is no longer on the board."],
  });
  expect((await run("board", "list")).written).toEqual(["U0ADMIN  admin  Name of U0ADMIN"]);

  expect(await db.select().from(auditEntries).orderBy(asc(auditEntries.id))).toMatchObject([
    { actor: "command line", action: "board member added", detail: { userId: "U0ADMIN", role: "admin" } },
    { actor: "command line", action: "board member added", detail: { userId: "U0OPER", role: "operator" } },
    { actor: "command line", action: "board member removed", detail: { userId: "U0OPER" } },
  ]);
});

test.each([
  ["removed", ["board", "remove", "U0ADMIN"]],
  ["made an operator", ["board", "add", "U0ADMIN", "operator"]],
])("the last admin can't be %s", async (_, args) => {
  const { run } = await openTerminal();
  await run("board", "add", "U0ADMIN", "admin");

  expect(await run(...args)).toMatchObject({ code: 1, complaints: [expect.stringContaining("last admin")] });
  expect((await run("board", "list")).written).toEqual(["U0ADMIN  admin  Name of U0ADMIN"]);

  await run("board", "add", "U0OTHER", "admin");
  expect(await run(...args)).toMatchObject({ code: 0, complaints: [] });
});

test.each([
  ["a name for an ID", ["board", "add", "ana", "admin"], "Copy member ID"],
  ["a mention for an ID", ["board", "add", "@U0ADMIN", "admin"], "Copy member ID"],
  ["an unknown role", ["board", "add", "U0ADMIN", "boss"], "not a role"],
  ["an option that is none", ["board", "add", "U0ADMIN", "admin", "--phone"], "The commands are"],
  ["another option", ["board", "add", "U0ADMIN", "admin", "--sure"], "The commands are"],
  ["somebody who is not there", ["board", "remove", "U0NOBODY"], "not on the board"],
])("%s is refused, and nothing changes", async (_, args, words) => {
  const { run, db } = await openTerminal();

  expect(await run(...args)).toMatchObject({ code: 1, complaints: [expect.stringContaining(words)] });
  expect(await db.select().from(auditEntries)).toEqual([]);
});
