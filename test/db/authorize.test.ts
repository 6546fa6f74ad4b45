// Who may act while Slack does not tell who somebody is, or tells it in another way than usual.
import { expect, onTestFinished, test } from "vitest";
import { listAllEntries } from "../../src/audit/audit.ts";
import { addBoardMember, type Needed, type Role } from "../../src/board/allowlist.ts";
import { createLog } from "../../src/log.ts";
import { people } from "../../src/practice/co-op/people.ts";
import { behaviours, rateLimited, refuses } from "../../src/practice/stand-ins/slack/misbehaviour.ts";
import { startWorld } from "../../src/practice/world.ts";
import { actions, commands, shortcuts, submissions } from "../../src/slack/index.ts";
import { createAuthorizer, type Needs } from "../../src/slack/wire/authorize.ts";
import { createClients } from "../../src/slack/wire/clients.ts";
import { createPeople } from "../../src/slack/wire/people.ts";
import { createWorkspaceLookup } from "../../src/slack/wire/workspace.ts";
import { openTestDatabase } from "../helpers/database.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const { priya, rick, gus, opal, cody } = people;

/** Somebody of the board, and time that passes when it is told to. */
async function openDoor() {
  const { db } = await openTestDatabase();
  const { slack, url, close } = await startWorld({ port: 0 });
  onTestFinished(close);
  const log = createLog("silent");
  const { interactive } = createClients({ botToken: slack.botToken, apiUrl: `${url}/slack/api/` }, log);
  const workspace = createWorkspaceLookup(interactive);
  let time = 1_000_000;
  const authorizer = createAuthorizer({ db, people: createPeople(interactive, () => time), workspace, log });
  const { teamId } = slack;
  await addBoardMember(db, { teamId, userId: priya.id }, "operator", "command line");
  const asks = async (needs: Needs, isTyping = false) => {
    const presser = { teamId, userId: priya.id, teams: [teamId], isTyping };
    const verdict = await authorizer.ofBoard(presser, needs, "test");
    return "member" in verdict ? "may" : verdict.refusal;
  };
  /** What any full member of the workspace may. */
  const visits = async ({ id, teamId: team }: { id: string; teamId: string }) => {
    const verdict = await authorizer.ofWorkspace({ teamId: team, userId: id, teams: [teamId, team] }, "test");
    return "visitor" in verdict ? "may" : verdict.refusal;
  };
  return {
    slack,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
    acts: () => asks(commands["/alert"]),
    stops: () => asks(actions.stop),
    asks,
    visits,
    is: (role: Role) => addBoardMember(db, { teamId, userId: priya.id }, role, "command line"),
    refusals: async () =>
      (await listAllEntries(db)).filter(({ action }) => action === "refused").map(({ detail }) => detail.why),
  };
}

const UNSURE = /^Slack does not tell Headgate just now whether you still belong/;
const GUEST = /^Guests, bots and closed accounts can't do this/;

test("whoever has typed a lot into a menu can still press Stop; typing has an end too", async () => {
  const { asks, stops, refusals } = await openDoor();
  const types = () => asks({ role: "operator" }, true);
  for (let n = 0; n < 300; n++) expect(await types()).toBe("may");
  expect(await stops()).toBe("may");
  expect(await types()).toMatch(/^That was very many requests in one minute/);
  expect(await stops()).toBe("may");
  expect(await refusals()).toEqual(["too fast"]);
});

test("Stop alone works for whom Slack does not name now", () => {
  const all = Object.entries({ ...commands, ...shortcuts, ...actions, ...submissions });
  const evenIfUnsure = all.filter(([, needs]) => "evenIfUnsure" in needs).map(([name]) => name);
  expect(evenIfUnsure).toEqual(["stop"]);
});

test("who has become a guest is refused within a minute, Stop too", async () => {
  const { slack, pass, acts, stops } = await openDoor();
  expect(await acts()).toBe("may");
  const colleague = slack.workspace.people.get(priya.id);
  if (!colleague) throw new Error("no such person");
  slack.workspace.people.set(priya.id, { ...colleague, isRestricted: true });
  pass(MINUTE + 1);
  expect(await acts()).toMatch(GUEST);
  expect(await stops()).toMatch(GUEST);
  // Also when Slack has no answer afterwards: the last one counts.
  slack.misbehave({ "users.info": () => behaviours.error500Before });
  pass(MINUTE + 1);
  expect(await stops()).toMatch(GUEST);
});

test.each(["user_not_found", "users_not_found", "user_not_visible"])(
  "%s is definite: who was let in a minute ago may nothing, nor Stop",
  async (word) => {
    const { slack, pass, acts, stops } = await openDoor();
    expect(await acts()).toBe("may");
    slack.misbehave({ "users.info": () => refuses(word) });
    pass(MINUTE + 1);
    expect(await acts()).toMatch(GUEST);
    expect(await stops()).toMatch(GUEST);
    // What was known of them before is not believed again.
    slack.misbehave({ "users.info": () => behaviours.error500Before });
    expect(await stops()).toMatch(UNSURE);
  },
);

test.each([
  "token_revoked",
  "account_inactive",
  "missing_scope",
  "invalid_auth",
  "token_expired",
  "not_authed",
  "an_error_of_tomorrow",
])("%s is about our token: who was let in within the last day may stop, and nothing else", async (word) => {
  const { slack, pass, acts, stops } = await openDoor();
  expect(await acts()).toBe("may");
  slack.misbehave({ "users.info": () => refuses(word) });
  pass(MINUTE + 1);
  expect(await acts()).toMatch(UNSURE);
  expect(await stops()).toBe("may");
  pass(23 * HOUR);
  expect(await stops()).toBe("may");
  pass(HOUR);
  expect(await stops()).toMatch(UNSURE);
  // As soon as Slack knows them again, all is as before.
  slack.misbehave({});
  expect(await acts()).toBe("may");
});

test.each([
  ["no answer", behaviours.resetBefore],
  ["an error of Slack's own", refuses("internal_error")],
  ["a server that fails", behaviours.error503Before],
  ["too many requests", rateLimited(30)],
  ["half an answer", behaviours.truncated],
  ["no JSON", { answer: { status: 200, body: "<html>" } }],
])("%s: a short failure stops nobody who was let in; a long one leaves them Stop", async (_, failure) => {
  const { slack, pass, acts, stops } = await openDoor();
  expect(await acts()).toBe("may");
  slack.misbehave({ "users.info": () => failure });
  pass(59 * MINUTE);
  expect(await acts()).toBe("may");
  pass(2 * MINUTE);
  expect(await acts()).toMatch(UNSURE);
  expect(await stops()).toBe("may");
  pass(24 * HOUR);
  expect(await stops()).toMatch(UNSURE);
});

test("whom Slack has never named may nothing while it does not", async () => {
  const { slack, acts, stops } = await openDoor();
  slack.misbehave({ "users.info": () => refuses("missing_scope") });
  expect(await acts()).toMatch(UNSURE);
  expect(await stops()).toMatch(UNSURE);
});

test.each<[role: Role, may: Needed[], refused: [needed: Needed, why: string][]]>([
  ["admin", ["admin", "operator", "viewer", "board"], []],
  [
    "operator",
    ["operator", "board"],
    [
      ["admin", "not an admin"],
      ["viewer", "not a viewer"],
    ],
  ],
  [
    "viewer",
    ["viewer", "board"],
    [
      ["admin", "not an admin"],
      ["operator", "not an operator"],
    ],
  ],
])("what may be done as %s", async (role, may, refused) => {
  const { asks, is, refusals } = await openDoor();
  await is(role);
  for (const needed of may) expect(await asks({ role: needed }), needed).toBe("may");
  for (const [needed] of refused) expect(await asks({ role: needed }), needed).toMatch(/^Only /);
  expect(await refusals()).toEqual(refused.map(([, why]) => why));
});

test("what is for anyone is for each full member of the workspace, on the list or not, and for nobody else", async () => {
  const { slack, pass, visits, refusals } = await openDoor();
  expect([await visits(priya), await visits(rick)]).toEqual(["may", "may"]);
  expect(await refusals()).toEqual([]);
  expect(await visits(gus)).toMatch(GUEST);
  expect(await visits(opal)).toMatch(GUEST);
  expect(await visits(cody)).toMatch(/^Only members of the board's own workspace/);
  slack.misbehave({ "users.info": () => refuses("missing_scope") });
  pass(MINUTE + 1);
  expect(await visits(rick)).toMatch(UNSURE);
  expect(await refusals()).toEqual([
    "not a full member",
    "not a full member",
    "another team",
    "Slack does not tell who they are",
  ]);
});
