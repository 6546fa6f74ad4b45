// A volunteer at the terminal with a member list.
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { listAllEntries } from "../../src/audit/audit.ts";
import { describeFailure, runCli } from "../../src/cli.ts";
import { openDatabase } from "../../src/db/open.ts";
import { optOut } from "../../src/opt-outs/opt-outs.ts";
import { keepInboundText } from "../../src/replies/inbound.ts";
import { connectTo, createTestDatabase } from "../helpers/database.ts";
import { listMembers } from "../helpers/members.ts";
import { createAnswers } from "../helpers/scene/answers.ts";
import { createChanges } from "../helpers/scene/changes.ts";
import { newMessageSid } from "../helpers/twilio-posts.ts";

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
      askSlackWho: async () => ({ name: "Ana Reyes", never: undefined }),
      settings: () => ({
        given: { TIME_ZONE: "America/Denver" },
        defaults: {},
        country: "US",
        ourNumber: "+12065550100",
      }),
      readFile: (path) => readFile(join(folder, path)),
      write: (line) => void out.push(line),
      complain: (line) => void err.push(line),
    });
    return { code, out: out.join("\n"), err: err.join("\n") };
  };
  const save = (name: string, content: string | Uint8Array) => writeFile(join(folder, name), content);
  const connection = connectTo(url);
  const { db } = connection;
  const { makeUnusable } = createChanges(connection, "T1");
  const { everything } = createAnswers(connection);
  const texts = (phone: string, word: "STOP" | "START") =>
    keepInboundText(db, { messageSid: newMessageSid(), phone, body: word });
  return { run, save, db, texts, makeUnusable, everything, listMembers: () => listMembers(db) };
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
  ["a workbook that is cut off", "members.xlsx", "PK\u0003\u0004", "This workbook is damaged"],
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

const STATUS =
  "Account,Name,Mobile,Zone,Status,Street\n" +
  "1001,Ana Ruiz,206-555-0142,North,unsubscribed,1 Pine\n1002,Ben Ode,206-555-0143,North,active,2 Pine\n";

test("a column that may say No is asked about, answered with the switch that is shown, and known from then on", async () => {
  const { run, save, listMembers } = await openTerminal();
  await save("members.csv", STATUS);

  const asked = await run("import", "members.csv");
  expect(asked).toMatchObject({ code: 1, out: "" });
  expect(asked.err.split("\n")).toEqual([
    "Nothing was imported from members.csv. Answer first, so that nothing is guessed:",
    "",
    'Does the column "Status" say who wants no texts?',
    '  "unsubscribed" in 1 row, such as line 2',
    '    it is a No to texts:  --no-texts "Status=unsubscribed"',
    '    it is not:            --texts "Status=unsubscribed"',
    '  The column is about something else: --ignore "Status"',
    "",
    "Run it again with an answer to each, added to:",
    "  npm run import -- members.csv",
    "What you say about columns and values is kept for the next file.",
  ]);
  expect(await listMembers()).toEqual([]);

  const done = await run("import", "members.csv", "--no-texts", "Status=unsubscribed");
  expect(done).toMatchObject({ code: 0, err: "" });
  expect(done.out).toContain("1 phone opted out, because the file says No to texts.");
  expect(done.out).toContain('Columns that were not used: "Street".');
  expect(done.out).toContain('"unsubscribed" in the column "Status" is a No to texts (as you say).');
  expect((await run("opt-out", "list")).out).toContain("Ana Ruiz (account 1001)");

  expect((await run("import", "members.csv")).out).toMatch(/is a No to texts \(answered on \w{3}, .*\)\./);
  expect((await run("import", "--answers")).out).toMatch(
    /^"unsubscribed" in the column "Status" is a No to texts \(answered on .*\)\.$/,
  );
  expect(await run("import", "--forget", "Status")).toMatchObject({
    code: 0,
    out: expect.stringContaining("Who has opted out stays opted out."),
  });
  expect((await run("import", "--answers")).out).toBe(
    "Nothing was answered about the columns of a list yet.",
  );
  expect(await run("import", "--forget", "Status")).toMatchObject({ code: 1 });
  expect((await run("import", "members.csv")).code).toBe(1);
  expect((await run("opt-out", "list")).out).toContain("Ana Ruiz");
});

test("a switch that names nothing of the file is no answer", async () => {
  const { run, save } = await openTerminal();
  await save("members.csv", STATUS);
  const { code, err } = await run("import", "members.csv", "--ignore", "Stauts");
  expect(code).toBe(1);
  expect(err).toContain(
    'These switches are about nothing in this file, so look for typing mistakes: "Stauts".',
  );
  expect(err).toContain('npm run import -- members.csv --ignore "Stauts"');
});

test("numbers with a plus that may be at home, and a new numbering, are asked about in one go", async () => {
  const { run, save, listMembers } = await openTerminal();
  await save("old.csv", "Account,Name,Phone,Zone\n1001,Ana Ruiz,206-555-0142,North\n1002,Ben Ode,,North\n");
  await run("import", "old.csv");
  await save(
    "new.csv",
    "Account,Name,Phone,Zone\n2001,Ana Ruiz,206-555-0142,North\n1003,Di Lee,+479-555-0142,North\n",
  );
  await save("anew.csv", "Account,Name,Phone,Zone\n2001,Ana Ruiz,206-555-0142,North\n2002,Ben Ode,,North\n");

  const plus = await run("import", "new.csv");
  expect(plus.err).toContain("+479-555-0142 on line 3");
  expect(plus.err).toContain('at home, +14795550142:  --home "+479-555-0142"');
  expect(plus.err).toContain('in Norway, +4795550142:  --abroad "+479-555-0142"');
  const numbering = await run("import", "anew.csv");
  expect(numbering.err).toContain("2 of 2 rows are people who are in Headgate under another account");
  expect(numbering.err).toContain("line 2, 2001 Ana Ruiz: in Headgate this is account 1001");

  expect(await run("import", "anew.csv", "--renumber")).toMatchObject({ code: 0, err: "" });
  expect(await run("import", "new.csv", "--home", "all")).toMatchObject({ code: 0, err: "" });
  expect(await listMembers()).toMatchObject([
    { account: "1003", phone: "+14795550142" },
    { account: "2001", phone: "+12065550142" },
    { account: "2002", phone: null },
  ]);
});

test("a column that looks sorted by itself is asked about, with the switch that answers", async () => {
  const { run, save, listMembers } = await openTerminal();
  const names = ["Ana Ruiz", "Ben Ode", "Cy Park"];
  const fileOf = (phones: string[]) =>
    [
      "Account,Name,Phone,Zone",
      ...names.map((name, at) => `${1001 + at},${name},206-555-${phones[at]},North`),
    ].join("\n");
  await save("members.csv", fileOf(["0142", "0143", "0144"]));
  await run("import", "members.csv");
  await save("sorted.csv", fileOf(["0144", "0143", "0142"]));

  const asked = await run("import", "sorted.csv");
  expect(asked.err).toContain("Was the column of phones sorted by itself? 2 of 3 members");
  expect(asked.err).toContain("line 2, 1001 Ana Ruiz: would get the phone of account 1003, Cy Park");
  expect((await listMembers())[0]).toMatchObject({ phone: "+12065550142" });
  expect((await run("import", "sorted.csv", "--exchanged", "phones")).err).toContain(
    'about nothing in this file, so look for typing mistakes: "phones"',
  );

  const shown = await run("import", "sorted.csv", "--dry-run", "--exchanged", "phone");
  const [, again = ""] = /npm run import -- (.*)$/m.exec(shown.out) ?? [];
  expect(again).toContain('--exchanged "phone" --as ');
  expect(await run("import", ...again.replaceAll('"', "").split(" "))).toMatchObject({ code: 0, err: "" });
  expect((await listMembers())[0]).toMatchObject({ phone: "+12065550144" });
});

test("a dry run shows what would be done, and its code does exactly that or says what has changed", async () => {
  const { run, save, listMembers } = await openTerminal();
  const rows = Array.from({ length: 23 }, (_, n) => `${2001 + n},Old ${n},,North`);
  await save("old.csv", ["Account,Name,Phone,Zone", ...rows].join("\n"));
  await run("import", "old.csv");
  await save("members.csv", STATUS);

  const asks = await run("import", "members.csv", "--dry-run");
  expect(asks).toMatchObject({ code: 1, err: expect.stringContaining('--ignore "Status"') });
  expect(asks.out).not.toContain("--as");

  const shown = await run("import", "members.csv", "--dry-run", "--ignore", "Status");
  expect(shown).toMatchObject({ code: 0, err: "" });
  expect(shown.out).toMatch(
    /^This is what would be done; nothing was changed\.\nRead as .*\n2 rows: 2 added/,
  );
  expect(shown.out).toContain("In Headgate and not in the file, so they stay as they are (23 members):");
  expect(shown.out).toContain("  2020 Old 19\n  and 3 more: --all names them");
  expect((await run("import", "members.csv", "--dry-run", "--ignore", "Status", "--all")).out).toContain(
    "2023 Old 22",
  );
  expect(await listMembers()).toHaveLength(23);

  const [, command = ""] = /To do exactly this: npm run import -- (.*)$/.exec(shown.out) ?? [];
  expect(command).toMatch(/^members\.csv --ignore "Status" --as \w{4}-\w{4}-\w{4}$/);
  const again = ["import", ...command.replaceAll('"', "").split(" ")];
  await save("members.csv", STATUS.replace("Ben", "Bea"));
  expect(await run(...again)).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /^Nothing was imported from members\.csv\. The file is another one.*--dry-run$/,
    ),
  });
  await save("members.csv", STATUS);
  expect(await run(...again)).toMatchObject({ code: 0, err: "" });
  expect(await listMembers()).toHaveLength(25);
  expect((await run(...again)).err).toContain("The list in Headgate has changed since that dry run.");
  expect((await run("import", "members.csv", "--as", "1234")).err).toContain(
    "is not a code that a dry run shows",
  );
});

test("a value that a terminal would read otherwise is shown in quotes that hold it", async () => {
  const { run, save } = await openTerminal();
  await save(
    "members.csv",
    'Account,Name,Phone,Zone,Notes\n1,Ana,,North,"Don\'t text! She said ""no texts"""\n',
  );
  expect((await run("import", "members.csv")).err).toContain(
    `--no-texts 'Notes=Don'\\''t text! She said "no texts"'`,
  );
});

test.each([
  [[]],
  [["help"]],
  [["import"]],
  [["import", "a.csv", "b.csv"]],
  [["import", "a.csv", "--as"]],
  [["import", "a.csv", "--answers"]],
  [["import", "--answers", "--dry-run"]],
  [["import", "a.csv", "--dry-run", "--as", "2345-2345-2345"]],
  [["import", "a.csv", "--yes"]],
  [["board"]],
  [["board", "add", "U0ADMIN"]],
  [["board", "remove"]],
  [["opt-out"]],
  [["opt-out", "add"]],
  [["opt-out", "add", "+12065550142", "+12065550143"]],
  [["opt-out", "add", "+12065550142", "--because", "x"]],
  [["opt-out", "show", "+12065550142", "--reason", "x"]],
  [["opt-out", "list", "all"]],
  [["numbers"]],
  [["numbers", "free"]],
  [["constructor"]],
])("%j: the commands are told", async (args) => {
  const { run } = await openTerminal();
  expect(await run(...args)).toMatchObject({ code: 1, err: expect.stringContaining("npm run import --") });
});

const ANA = "+12065550142";
const SAID = ["--source", "phone call", "--reason", "wants no texts"];

async function openWithAna() {
  const terminal = await openTerminal();
  await terminal.save("members.csv", "Account,Name,Phone,Zone\n1001,Ana Lee,(206) 555-0142,North\n");
  await terminal.run("import", "members.csv");
  return terminal;
}

test("a spoken No is written down with where it came from and why, and a wrong one is put right", async () => {
  const { run, db, everything } = await openWithAna();

  expect(await run("opt-out", "add", "(206) 555-0142", ...SAID)).toEqual({
    code: 0,
    err: "",
    out: "… 0142, Ana Lee (account 1001), gets no more texts from now on, not even of an alert that is under way.",
  });
  expect((await run("opt-out", "list")).out).toMatch(
    /^… 0142 {2}Ana Lee \(account 1001\): since \w{3}, .*, by hand: phone call$/,
  );
  expect(await run("opt-out", "add", ANA, ...SAID)).toMatchObject({
    code: 1,
    err: expect.stringMatching(
      /gets no texts already, since .* \(by hand: phone call\)\. Nothing was changed/,
    ),
  });

  const undone = await run("opt-out", "remove", ANA, "--source", "letter", "--reason", "it was her sister");
  expect(undone).toMatchObject({ code: 0, out: expect.stringContaining("gets texts again") });
  expect((await run("opt-out", "list")).out).toBe("Nobody has opted out.");
  expect((await run("opt-out", "show", ANA)).out.split("\n")).toEqual([
    "… 0142, Ana Lee (account 1001), gets texts.",
    expect.stringMatching(/: opted out, by hand: phone call\. wants no texts$/),
    expect.stringMatching(/: opted in, by hand: letter\. it was her sister$/),
  ]);
  // The words stand where they can be blanked; the log names them by an id.
  const { audit_entries: log, opt_out_changes: words } = await everything();
  expect(log?.join()).not.toMatch(/phone call|sister/);
  expect(words?.join()).toMatch(/phone call.*sister/);
  const entries = (await listAllEntries(db)).filter(({ action }) => action.startsWith("opted"));
  expect(entries).toMatchObject([
    { actor: "command line", action: "opted out", detail: { phone: ANA, reason: "wants no texts" } },
    {
      actor: "command line",
      action: "opted in",
      detail: { source: "by hand: letter", reason: "it was her sister" },
    },
  ]);
});

test("what the member said by text only the member can undo, and the staff are told what to say", async () => {
  const { run, db, texts } = await openWithAna();
  // First by hand, and then by text: Twilio blocks it from then on.
  await run("opt-out", "add", ANA, ...SAID);
  await texts(ANA, "STOP");

  const refused = await run("opt-out", "remove", ANA, ...SAID);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toMatch(
    /Nothing was changed, because Twilio would still block.*"Please text START to \+12065550100 from this phone\."$/,
  );
  expect((await run("opt-out", "list")).out).toContain("sms STOP");
  await texts(ANA, "START");
  expect((await run("opt-out", "list")).out).toBe("Nobody has opted out.");

  await db.transaction((tx) => optOut(tx, ANA, "provider", "system"));
  expect((await run("opt-out", "remove", ANA, ...SAID)).err).toContain("or Twilio says so");
});

test.each([
  ["no reason", ["add", ANA, "--source", "phone call"], "such as: --source"],
  ["an empty reason", ["add", ANA, "--source", "phone call", "--reason", " "], "such as: --source"],
  ["no source", ["remove", ANA, "--reason", "a mistake"], "such as: --source"],
  ["a source too long", ["add", ANA, "--source", "x".repeat(61), "--reason", "x"], "60 characters"],
  ["no number", ["add", "Ana", ...SAID], '"Ana" can\'t be used'],
  ["half a number", ["add", "555-0142", ...SAID], "The area code is missing"],
  ["somebody who gets texts", ["remove", ANA, ...SAID], "is not opted out, so nothing was changed"],
])("opt-out with %s is refused, and nothing changes", async (_, args, words) => {
  const { run, db } = await openWithAna();
  const before = await listAllEntries(db);
  expect(await run("opt-out", ...args)).toMatchObject({
    code: 1,
    out: "",
    err: expect.stringContaining(words),
  });
  expect(await listAllEntries(db)).toEqual(before);
});

test("a number of nobody is opted out all the same, and that is said", async () => {
  const { run } = await openWithAna();
  const { code, out } = await run("opt-out", "add", "+12065550199", ...SAID);
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringContaining(
      "… 0199 (no member has this number now, so look at it once more) gets no more",
    ),
  });
});

test("a number that was found unusable is listed with the reason, and freed by hand", async () => {
  const { run, db, makeUnusable } = await openWithAna();
  expect((await run("numbers", "list")).out).toBe("No number is known as one that can't get texts.");
  await makeUnusable(ANA);

  expect((await run("numbers", "list")).out).toMatch(
    /^… 0142 {2}Ana Lee \(account 1001\): can't get texts: a landline, or a carrier that can't be reached \(30006\), found on .*; tried again from .* on\.$/,
  );
  expect((await run("opt-out", "show", ANA)).out).toContain("gets no texts.\n  It can't get texts:");
  expect((await run("opt-out", "remove", ANA, ...SAID)).err).toContain("npm run numbers -- free");

  expect(await run("numbers", "free", ANA)).toMatchObject({
    code: 0,
    out: expect.stringContaining("tried again"),
  });
  expect(await run("numbers", "free", ANA)).toMatchObject({
    code: 1,
    err: expect.stringContaining("nothing was"),
  });
  expect((await listAllEntries(db)).at(-1)).toMatchObject({
    actor: "command line",
    action: "number freed",
    detail: { phone: ANA, why: "by hand", gateway: "twilio", code: "30006" },
  });
});

test("migrate says that it is done", async () => {
  const { run } = await openTerminal();
  expect(await run("migrate")).toEqual({ code: 0, out: "The database is up to this version.", err: "" });
});

test.each([
  { code: "ECONNREFUSED", says: /^Nothing was changed\. / },
  { code: "CONNECTION_CLOSED", says: /^The database went away meanwhile, so it is not certain/ },
  { code: "57P01", says: /not certain whether this was done/ },
])("what is told when the database fails with $code", ({ code, says }) => {
  const cause = Object.assign(new Error("write"), { code });
  expect(describeFailure(new Error("Failed query", { cause }))).toMatch(says);
});
