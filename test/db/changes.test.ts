// Every change goes one way: each listener of the table, for somebody whom the guard has let in and who
// has lost their place on the board, or their role, by the time of the change.
import { is } from "drizzle-orm";
import { PgDatabase } from "drizzle-orm/pg-core";
import { describe, expect, expectTypeOf, onTestFinished, test } from "vitest";
import { saveDraft } from "../../src/alerts/draft.ts";
import { listAllEntries } from "../../src/audit/audit.ts";
import { addBoardMember, type Needed, savePhone } from "../../src/board/allowlist.ts";
import { changesOf } from "../../src/board/change.ts";
import { askToBeAdded, listRequests } from "../../src/board/requests.ts";
import { requestCode } from "../../src/codes/phone-code.ts";
import { readConfig } from "../../src/config.ts";
import type { Database, Tx } from "../../src/db/open.ts";
import { deliveries, imports, inboundTexts } from "../../src/db/schema.ts";
import { listen } from "../../src/http.ts";
import { createLog } from "../../src/log.ts";
import { people } from "../../src/practice/co-op/people.ts";
import { settingsFor } from "../../src/practice/start.ts";
import { startWorld } from "../../src/practice/world.ts";
import { settingsOf } from "../../src/settings/settings.ts";
import { createTestSender } from "../../src/slack/alert/test.ts";
import { createFileSender } from "../../src/slack/files/send.ts";
import { actions, commands, shortcuts, submissions } from "../../src/slack/index.ts";
import { createContext, createSlack } from "../../src/slack/start.ts";
import { createClients } from "../../src/slack/wire/clients.ts";
import type { SlackContext } from "../../src/slack/wire/listener.ts";
import { createPeople } from "../../src/slack/wire/people.ts";
import { addZone } from "../../src/zones/change.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { connectTo, createTestDatabase } from "../helpers/database.ts";
import { makeFolder } from "../helpers/files.ts";
import { openGateway } from "../helpers/gateway.ts";
import { inBetween } from "../helpers/in-between.ts";
import { dumpTables } from "../helpers/tables.ts";

const PHONES = ["+12065550101", "+12065550102"];
const author = people.ana.id;
const CODE = "042917";

type Desk = Awaited<ReturnType<typeof openDesk>>;

/** Slack and a board of one admin, without jobs: nothing moves by itself. */
async function openDesk() {
  const world = await startWorld({ port: 0, slack: { rateLimits: false } });
  onTestFinished(world.close);
  const databaseUrl = await createTestDatabase();
  const { db, client } = connectTo(databaseUrl);
  const log = createLog("silent");
  const { server, port, serve } = await listen({ port: 0 }, log);
  onTestFinished(() => void server.close());
  const config = readConfig(settingsFor(world, port));
  const options = {
    config,
    settings: () => settingsOf(config.settings),
    db,
    gateway: openGateway(world),
    log,
    updateEverySeconds: 0,
    databaseUrl,
    filesFolder: await makeFolder(),
    lastCheck: () => undefined,
  };
  const slack = createSlack(options);
  serve({ "POST /slack/events": slack.receive });
  world.slack.connect(`http://localhost:${port}`);

  const user = { teamId: world.slack.teamId, userId: author };
  await addBoardMember(db, user, "admin", "command line");
  await db.transaction((tx) => savePhone(tx, user, "+12065550199", "command line"));
  await client`insert into zones (name, key) values ('North', 'north')`;
  await client`
    with added as (
      insert into members (account, name, zone_id) select phone, 'Member', 1 from unnest(${PHONES}::text[]) as phone
      returning id, account
    )
    insert into addresses (member_id, address) select id, account from added`;

  return {
    ...options,
    slack,
    world,
    client,
    async draft(): Promise<number> {
      const moment = { settings: options.settings(), now: new Date() };
      const input = { author: user, kind: "emergency", zoneIds: [1], allZones: false, viewId: "V0" };
      const change = changesOf(db, user, "operator", "compose");
      const saved = await change((tx) => saveDraft(tx, { ...input, text: "Boil your water." }, moment));
      if (!("alertId" in saved)) throw new Error(JSON.stringify(saved));
      return saved.alertId;
    },
    async alert(status: "sending" | "halted" | "finished"): Promise<number> {
      const { alertId } = await insertAlert(db, PHONES, {
        status,
        ...(status === "finished" && { endedAt: new Date() }),
        teamId: user.teamId,
        authorId: author,
      });
      return alertId;
    },
    /** Somebody asks to be added to the board. */
    async request(): Promise<number> {
      await askToBeAdded(db, { teamId: user.teamId, userId: people.rick.id });
      const [asked] = await listRequests(db, user.teamId, 1);
      return asked?.id ?? 0;
    },
    /** One more, with nobody in it. */
    async zone(name: string): Promise<number> {
      const added = await db.transaction((tx) => addZone(tx, name, "command line"));
      if ("refused" in added) throw new Error(added.refused);
      return added.id;
    },
    /** Somebody else on the board. */
    async colleague(): Promise<string> {
      const { id: userId } = people.walt;
      await addBoardMember(db, { ...user, userId }, "operator", "command line");
      return userId;
    },
    /** A code that was texted to the author's phone. */
    async code(): Promise<string> {
      await db.transaction((tx) => requestCode(tx, { user, phone: "+12065550199" }, () => CODE));
      return CODE;
    },
    /** A member list that was dropped, and is shown. */
    async list(): Promise<string> {
      const counts = { added: 1, changed: 0, "left alone": 0, refused: 0 };
      const notInFile = { count: 0, named: [], areMarkedLeft: false };
      const [kept] = await db
        .insert(imports)
        .values({
          ...user,
          state: "shown",
          fileId: "F1",
          fileName: "members.csv",
          viewId: "V1",
          preview: { facts: [], newZones: [], counts, groups: [], notInFile, gone: [], questions: [] },
        })
        .returning({ id: imports.id });
      return `${kept?.id}:1`;
    },
    /** A member's text that asks for no more of them. */
    async wish(): Promise<number> {
      const text = { messageSid: "SM1", phone: PHONES[0] ?? "", body: "no more texts" };
      const kept = await db
        .insert(inboundTexts)
        .values({ ...text, shownAs: "wish" })
        .returning();
      return kept[0]?.id ?? 0;
    },
    /** A form about the first member. */
    formOfMember: (more: object = {}): string => JSON.stringify({ memberId: 1, version: 1, ...more }),
    /** One whose failures stand in its thread. */
    async failed(status: "unknown" | "failed"): Promise<number> {
      const alertId = await this.alert("finished");
      await db.update(deliveries).set({ status, code: "30003", failureNamedAt: new Date() });
      return alertId;
    },
  };
}

// Events change nothing: they are answered with words alone (test/story/opening.test.ts).
type Name = Exclude<
  keyof typeof commands | keyof typeof shortcuts | keyof typeof actions | keyof typeof submissions,
  // Whoever may do it has no place to lose.
  "ask-to-be-added"
>;

/** What each would change, if it were let: here it is made ready, and named as its button or modal names it. */
const listeners: Record<Name, "only looks" | ((desk: Desk) => Promise<number | string>)> = {
  "/alert": async () => "",
  "write-alert": async () => "",
  compose: async () => "{}",
  edit: "only looks",
  "send-test": (desk) => desk.draft(),
  "change-phone": "only looks",
  "own-phone": (desk) => desk.draft(),
  discard: (desk) => desk.draft(),
  confirm: async (desk) => `${await desk.draft()}:1`,
  stop: (desk) => desk.alert("sending"),
  resume: async (desk) => `${await desk.alert("halted")}:1`,
  "resend-unknown": async (desk) => `${await desk.failed("unknown")}:${PHONES.length}`,
  "resend-unreached": async (desk) => `${await desk.failed("failed")}:${PHONES.length}`,
  unreached: (desk) => desk.alert("finished"),
  "unreached-first": "only looks",
  "unreached-next": "only looks",
  "unreached-export": (desk) => desk.alert("finished"),
  "take-off-list": (desk) => desk.wish(),
  write: async () => "",
  "home-log": async () => "",
  "approve-operator": (desk) => desk.request(),
  "approve-viewer": (desk) => desk.request(),
  "refuse-request": (desk) => desk.request(),
  zones: "only looks",
  "zone-open": "only looks",
  "zone-add": "only looks",
  "zone-rename": "only looks",
  "zone-merge": async (desk) => `${await desk.zone("Empty")}:1:1:1`,
  "zone-remove": async (desk) => `${await desk.zone("Empty")}:1`,
  "zone-new": async () => "",
  "zone-name": async () => JSON.stringify({ id: 1, version: 1 }),
  board: "only looks",
  "board-first": "only looks",
  "board-next": "only looks",
  "board-open": "only looks",
  "board-add": "only looks",
  "board-remove": (desk) => desk.colleague(),
  "board-new": async () => "",
  "board-role": async (desk) => JSON.stringify({ userId: await desk.colleague(), role: "operator" }),
  "alarm-phone": "only looks",
  "alarm-phone-again": "only looks",
  "alarm-code-request": async () => "",
  "alarm-code": (desk) => desk.code(),
  "log-refusals": async () => "",
  "refusals-newest": "only looks",
  "refusals-older": "only looks",
  "home-members": async () => "all",
  "members-next": "only looks",
  "members-first": "only looks",
  "members-who": "only looks",
  "members-export": async () => "all",
  "find-member": async () => 1,
  "open-member": async () => 1,
  "add-member": "only looks",
  "change-member": "only looks",
  "move-member": "only looks",
  "member-left": async () => "1:1",
  "member-back": async ({ client }) => {
    await client`update members set left_at = now() where id = 1`;
    return "1:1";
  },
  "erase-member": "only looks",
  "add-number": "only looks",
  "change-number": "only looks",
  "remove-number": async () => "1:1:0",
  "keep-consent": "only looks",
  "opt-out": "only looks",
  "undo-opt-out": "only looks",
  "member-sent": async () => 1,
  "member-wrote": async () => 1,
  "member-changes": async () => 1,
  "past-newest": "only looks",
  "past-older": "only looks",
  "save-new-member": async () => "{}",
  "save-member": async (desk) => desk.formOfMember(),
  "save-place": async (desk) => desk.formOfMember(),
  "erase-for-good": async (desk) => desk.formOfMember(),
  "save-new-number": async (desk) => desk.formOfMember(),
  "save-number": async (desk) => desk.formOfMember({ phone: PHONES[0] }),
  "save-consent": async (desk) => desk.formOfMember({ phone: PHONES[0] }),
  "save-opt-out": async (desk) => desk.formOfMember({ phone: PHONES[0] }),
  "save-opt-in": async (desk) => {
    await desk.client`insert into opt_outs (phone, source) values (${PHONES[0] ?? ""}, 'by hand: letter')`;
    return desk.formOfMember({ phone: PHONES[0] });
  },
  import: "only looks",
  "import-look": "only looks",
  "import-leavers": (desk) => desk.list(),
  "import-details": (desk) => desk.list(),
  "import-discard": (desk) => desk.list(),
  "import-file": async () => "",
  "import-answer": (desk) => desk.list(),
  "import-apply": (desk) => desk.list(),
  settings: "only looks",
  "setting-change": "only looks",
  "setting-save": async () => JSON.stringify({ name: "LONGEST_TEXT", seen: 0, below: "V1" }),
  "/alert-log": async () => "",
  "log-newest": "only looks",
  "log-older": "only looks",
  "log-details": (desk) => desk.alert("finished"),
  "details-first": "only looks",
  "details-next": "only looks",
  "details-export": (desk) => desk.alert("finished"),
  "log-export": async () => "all",
};

/** As Slack sends it. */
function formOf({ world }: Desk, name: string, value: string): Record<string, string> {
  const team_id = world.slack.teamId;
  const channel_id = world.slack.channelId;
  if (name in commands) {
    return { command: name, text: "", user_id: author, team_id, trigger_id: "1.2.3", channel_id };
  }
  const common = { team: { id: team_id }, user: { id: author, team_id }, trigger_id: "1.2.3" };
  const button = { type: "button", action_id: name, block_id: "b", value, action_ts: "1.2" };
  const values = {
    zones: { zones: { selected_options: [{ value: "all" }] } },
    kind: { kind: { selected_option: { value: "emergency" } } },
    message: { message: { value: "The water is off." } },
    phone: { phone: { value: "(206) 555-0188" } },
    who: { who: { selected_user: people.dale.id } },
    role: { role: { selected_option: { value: "viewer" } } },
    code: { code: { value: CODE } },
    "zone-name": { "zone-name": { value: "South" } },
    name: { name: { value: "Member" } },
    account: { account: { value: "2001" } },
    place: { place: { selected_option: { value: "all" } } },
    how: { how: { selected_option: { value: "0" } } },
    words: { words: { value: "Yes, please" } },
    setting: { setting: { value: "4" } },
    file: { file: { files: [{ id: "F0123", name: "members.csv" }] } },
    consent: { consent: { value: null } },
  };
  if (name in shortcuts) {
    return { payload: JSON.stringify({ ...common, type: "shortcut", callback_id: name, action_ts: "1.2" }) };
  }
  const payload =
    name in actions
      ? { ...common, type: "block_actions", channel: { id: channel_id }, actions: [button] }
      : {
          ...common,
          type: "view_submission",
          view: { id: "V1", callback_id: name, private_metadata: value, state: { values } },
        };
  return { payload: JSON.stringify(payload) };
}

const press = async (desk: Desk, name: string, value: string) => {
  const { body } = await desk.world.slack.send(formOf(desk, name, value));
  await desk.slack.drain();
  return body;
};

/** All that a press could have changed; and what left. */
const standing = async ({ client, world }: Desk) => {
  const { board_members: _, ...rows } = await dumpTables(client, "audit_entries");
  return { rows, texts: world.twilio.requests.length };
};

const removed = {
  what: "is removed",
  why: "not on the allowlist",
  deed: "delete from board_members",
  told: /Nothing was (done|sent): you are not on the board's list of people who may send alerts any more\./,
};
const demoted = {
  what: "reads the log no more",
  why: "not a viewer",
  deed: "update board_members set role = 'operator'",
  told: /Only admins and viewers can do this\. Nothing was changed; this was recorded\./,
};
const onlyReads = {
  what: "only reads the log now",
  why: "not an operator",
  deed: "update board_members set role = 'viewer'",
  told: /Only operators and admins can do this; viewers read the log\. Nothing was changed; this was recorded\./,
};
/** With one of the operators' it is enough: all go the same way. */
const demotedFor = (name: string) => {
  if (roles[name]?.role === "viewer") return [demoted];
  return name === "confirm" ? [onlyReads] : [];
};
const roles: Record<string, { role: Needed | "anyone" }> = {
  ...commands,
  ...shortcuts,
  ...actions,
  ...submissions,
};
const cases = Object.entries(listeners).flatMap(([name, prepare]) =>
  prepare === "only looks" ? [] : [removed, ...demotedFor(name)].map((it) => ({ ...it, name, prepare })),
);

describe("whoever loses their place between the guard and the change", () => {
  test.each(cases)("$name, who $what: nothing is done, and it is recorded", async (it) => {
    const desk = await openDesk();
    const { client, db, world } = desk;
    const value = String(await it.prepare(desk));
    await desk.slack.showAll();
    const before = await standing(desk);
    const earlier = await listAllEntries(db);
    const board = await client`select * from board_members`;

    const body = await inBetween(client, {
      deed: (held) => held.unsafe(it.deed),
      press: () => press(desk, it.name, value),
    });

    expect(await standing(desk)).toEqual(before);
    const refusal = { actor: author, action: "refused", detail: { what: it.name, why: it.why } };
    expect((await listAllEntries(db)).slice(earlier.length)).toEqual([expect.objectContaining(refusal)]);
    const alone = [...world.slack.ephemerals(author), ...world.slack.directMessages(author)];
    const whispers = alone.map(({ text }) => text);
    expect([body, ...whispers].join("\n")).toMatch(it.told);

    // Back on the board, the same press does something: so there was something to refuse.
    await client`delete from board_members`;
    await client`insert into board_members ${client(board)}`;
    await press(desk, it.name, value);
    const done = (await listAllEntries(db)).slice(earlier.length + 1).map(({ action }) => action);
    expect(done).not.toEqual([]);
    expect(done).not.toContain("refused");
  });
});

test("those that only look change nothing, and write nothing down", async () => {
  const desk = await openDesk();
  const value = String(await desk.draft());
  await desk.slack.showAll();
  const before = [await standing(desk), await listAllEntries(desk.db)];
  for (const [name, prepare] of Object.entries(listeners)) {
    if (prepare !== "only looks") continue;
    await press(desk, name, value);
    expect([await standing(desk), await listAllEntries(desk.db)], name).toEqual(before);
  }
});

test("while a confirmed alert is still to be made ready from it, nobody changes the list of members", async () => {
  const desk = await openDesk();
  const { client, world } = desk;
  await client`insert into sendings (about, rank, deadline_at) values ('alert', 2, now() + interval '1 hour')`;
  const changing = [
    "save-new-member",
    "save-member",
    "save-place",
    "save-new-number",
    "save-number",
    "save-consent",
    "erase-for-good",
    "member-left",
    "member-back",
    "remove-number",
  ] as const;
  for (const name of changing) {
    const prepare = listeners[name];
    const value = prepare === "only looks" ? "" : String(await prepare(desk));
    const before = await standing(desk);
    const body = await press(desk, name, value);
    expect(await standing(desk), name).toEqual(before);
    const last = [world.slack.ephemerals(author), world.slack.directMessages(author)].map(
      (all) => all.at(-1)?.text,
    );
    expect([body, ...last].join(), name).toContain("goes to the list as it is. So nothing was changed.");
  }
  // Whoever wants no texts gets none, whatever is under way.
  await press(desk, "save-opt-out", desk.formOfMember({ phone: PHONES[0] }));
  expect(await client`select phone from opt_outs`).toEqual([{ phone: PHONES[0] }]);
});

describe("what listeners get", () => {
  test("holds no database, however deep one looks", async () => {
    const desk = await openDesk();
    const { config, db, log, gateway, databaseUrl, filesFolder: folder } = desk;
    const { interactive: client, background } = createClients(config.slack, log);
    const settings = desk.settings();
    const { apiUrl } = config.slack;
    const stopping = new AbortController().signal;
    const now = () => new Date();
    const showing = {
      db,
      client: background,
      channel: { id: "C1" },
      settings,
      gateway,
      log,
      now,
      updateEverySeconds: 0,
    };
    const sendTest = createTestSender({ db, client: background, gateway, log });
    const context = createContext({
      showing,
      serverSettings: config.settings,
      client,
      sendFiles: createFileSender({ databaseUrl, folder, client, apiUrl, stopping }).send,
      sendTest,
      nameOf: createPeople(client).nameOf,
      showHome: async () => {},
      openHome: async () => {},
      sendCode: async () => "sent",
      whyNever: async () => undefined,
    });
    expect(holdsDatabase({ db })).toBe(true);
    expect(holdsDatabase(context)).toBe(false);
    expect(Object.keys(context.gateway).sort()).toEqual(["explain", "name", "title"]);
    expect(Object.keys(context.look).sort()).toEqual(["$count", "select"]);
  });

  test("a bare database is none where a transaction is needed", () => {
    expectTypeOf<Database>().not.toExtend<Tx>();
    expectTypeOf<SlackContext["look"]>().not.toExtend<Database>();
    expectTypeOf<keyof SlackContext["look"]>().toEqualTypeOf<"select" | "$count">();
  });
});

function holdsDatabase(it: unknown, seen = new Set<unknown>()): boolean {
  if ((typeof it !== "object" && typeof it !== "function") || it === null || seen.has(it)) return false;
  seen.add(it);
  const held = Object.values(Object.getOwnPropertyDescriptors(it)).map(({ value }) => value);
  return is(it, PgDatabase) || held.some((each) => holdsDatabase(each, seen));
}
