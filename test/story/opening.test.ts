// Step 1: /alert, and who may.
import { expect, onTestFinished, test as story } from "vitest";
import { startApp } from "../../src/app.ts";
import { listAllEntries } from "../../src/audit/audit.ts";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { readConfig } from "../../src/config.ts";
import { openDatabase } from "../../src/db/open.ts";
import { createLog } from "../../src/log.ts";
import { people, slackPeople } from "../../src/practice/co-op/people.ts";
import type { SlackPerson } from "../../src/practice/stand-ins/slack/slack.ts";
import { connectWorld, settingsFor } from "../../src/practice/start.ts";
import { startWorld } from "../../src/practice/world.ts";
import { createTestDatabase } from "../helpers/database.ts";
import { openScene } from "../helpers/scene.ts";

story(
  "operators and admins get an empty form that begins with the co-op's name, and it is recorded",
  async () => {
    const { ana, priya, audit } = await openScene();
    for (const person of [priya, ana]) {
      expect((await person.runs("/alert")).failure).toBeUndefined();
      await person.sees("New alert");
      expect(person.modal().state.message?.message).toMatchObject({ value: "Mill Creek Water Co-op: " });
      expect(person.modal().state.zones?.zones).toMatchObject({ selected_options: [] });
      expect(person.modal().state.kind?.kind).toMatchObject({ selected_option: null });
    }
    expect(await audit("opened")).toEqual([
      { actor: priya.id, alertId: null },
      { actor: ana.id, alertId: null },
    ]);
    expect(await audit("refused")).toEqual([]);
  },
);

story("what stands after the command is already in the form, as it was typed", async () => {
  const { priya } = await openScene();
  await priya.runs("/alert", "Boil & cool your water: River Road < 5th St.");
  await priya.sees("New alert");
  expect(priya.modal().state.message?.message).toMatchObject({
    value: "Boil & cool your water: River Road < 5th St.",
  });
});

const bot: SlackPerson = { ...people.gus, id: "U0ROBOT", name: "robot", isRestricted: false, isBot: true };
const single: SlackPerson = { ...people.gus, id: "U0SINGLE", isRestricted: false, isUltraRestricted: true };
const stranger: SlackPerson = { ...people.cody, id: "U0STRANGE", teamId: people.ana.teamId };

story.each([
  { who: "an outsider", person: people.rick, why: "not on the allowlist", isListed: false },
  { who: "a guest", person: people.gus, why: "not a full member" },
  { who: "a guest of one channel", person: single, why: "not a full member" },
  { who: "somebody who left", person: people.opal, why: "not a full member" },
  { who: "a bot", person: bot, why: "not a full member" },
  { who: "a stranger from a shared channel", person: stranger, why: "not a full member" },
  { who: "somebody of another team", person: people.cody, why: "another team" },
])(
  "$who is refused in private, however the list reads, and that is recorded",
  async ({ person, why, isListed = true }) => {
    const scene = await openScene({ slack: { people: [...slackPeople, bot, single, stranger] } });
    const { slack, db } = scene;
    if (isListed) {
      // Even where the list names them under the board's own team.
      for (const teamId of new Set([person.teamId, slack.teamId])) {
        await addBoardMember(db, { teamId, userId: person.id }, "admin", "command line");
      }
    }
    for (const command of ["/alert", "/alert-log"]) {
      const { failure, answer } = await slack.runCommand(person.id, command, "let me in");
      expect(failure).toBeUndefined();
      expect(answer?.body).toMatch(
        /"response_type":"ephemeral".*(can't do this|can do this|not on the board's list)/,
      );
    }
    expect(slack.topView(person.id)).toBeUndefined();
    expect(slack.calls.map(({ method }) => method)).not.toContain("views.open");
    expect(scene.boardMessages()).toEqual([]);
    expect(await scene.audit("opened")).toEqual([]);
    expect(await scene.audit("refused")).toEqual([
      { actor: person.id, alertId: null, what: "/alert", why },
      { actor: person.id, alertId: null, what: "/alert-log", why },
    ]);
  },
);

story("whoever is removed from the board is refused from the next press on", async () => {
  const scene = await openScene();
  const { priya } = scene;
  await priya.runs("/alert");
  await priya.sees("New alert");
  await scene.removeFromBoard(priya);
  const { errors } = await priya.submits({
    Zones: ["Old Town"],
    Kind: "Emergency",
    Message: "Boil your water.",
  });
  expect(errors).toEqual({ message: expect.stringContaining("You are not on the board's list") });
  expect(scene.boardMessages()).toEqual([]);
  expect(await scene.audit("refused")).toEqual([
    { actor: priya.id, alertId: null, what: "compose", why: "not on the allowlist" },
  ]);
});

story("when Slack does not open the form, the person is told, and nothing was done", async () => {
  const { priya, plays } = await openScene();
  plays("slack-internal_error", { method: "views.open", times: 1 });
  await priya.runs("/alert");
  await priya.isTold("Something went wrong here, so nothing was changed");
});

/** The app on a board and a co-op that are still empty. */
async function firstRun(admins: string) {
  const databaseUrl = await createTestDatabase();
  const world = await startWorld({ port: 0 });
  onTestFinished(world.close);
  const { db, close } = openDatabase(databaseUrl, { maxConnections: 1 });
  onTestFinished(close);
  const start = async (firstAdmins: string) => {
    const settings = { ...settingsFor(world, 0), ADMIN_SLACK_USER_IDS: firstAdmins };
    const log = createLog("silent");
    const app = await startApp({ database: { url: databaseUrl }, log, config: readConfig(settings) });
    connectWorld(world, app.port);
    return app;
  };
  return { slack: world.slack, db, start, app: await start(admins) };
}

story("on the first run, and only then, those whom the setting names become admins", async () => {
  const { slack, db, start, app } = await firstRun(`${people.ana.id}, ${people.walt.id}`);
  const { answer } = await slack.runCommand(people.ana.id, "/alert");
  expect(answer?.body).toContain("There are no members and zones yet");
  const refused = await slack.runCommand(people.priya.id, "/alert");
  expect(refused.answer?.body).toContain("You are not on the board's list");

  await app.stop();
  const again = await start(people.priya.id);
  onTestFinished(again.stop);
  const later = await slack.runCommand(people.priya.id, "/alert-log");
  expect(later.answer?.body).toContain("You are not on the board's list");
  await slack.runCommand(people.walt.id, "/alert-log");
  await slack.until(() => slack.topView(people.walt.id)?.content.title.text === "Alert log", "the log");

  const added = (await listAllEntries(db)).filter(({ action }) => action === "board member added");
  expect(added.map(({ actor, detail }) => ({ actor, ...detail }))).toEqual([
    { actor: "system", userId: people.ana.id, role: "admin" },
    { actor: "system", userId: people.walt.id, role: "admin" },
  ]);
});
