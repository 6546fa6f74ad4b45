// Step 1: /alert, and who may.
import { describe, expect, onTestFinished, test as story } from "vitest";
import { startApp } from "../../src/app.ts";
import { listAllEntries } from "../../src/audit/audit.ts";
import { addBoardMember } from "../../src/board/allowlist.ts";
import { readConfig } from "../../src/config.ts";
import { openDatabase } from "../../src/db/open.ts";
import { createLog } from "../../src/log.ts";
import { people, slackPeople } from "../../src/practice/co-op/people.ts";
import type { SlackPerson } from "../../src/practice/stand-ins/slack/slack.ts";
import { directChannel } from "../../src/practice/stand-ins/slack/workspace.ts";
import { connectWorld, settingsFor } from "../../src/practice/start.ts";
import { startWorld } from "../../src/practice/world.ts";
import { createTestDatabase } from "../helpers/database.ts";
import { makeFolder } from "../helpers/files.ts";
import { openScene, type Scene } from "../helpers/scene.ts";

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

story("what stands after the command is already in the form, behind the co-op's name", async () => {
  const { priya, slack } = await openScene();
  const forms: Record<string, string> = {
    "Boil & cool your water: River Road < 5th St.":
      "Mill Creek Water Co-op: Boil & cool your water: River Road < 5th St.",
    "Mill Creek Water Co-op: the water is off.": "Mill Creek Water Co-op: the water is off.",
    "the water is off. Your MILL CREEK water co-op": "the water is off. Your MILL CREEK water co-op",
    "Help is on its way to River Road": "Mill Creek Water Co-op: Help is on its way to River Road",
    "   ": "Mill Creek Water Co-op: ",
  };
  for (const [typed, shown] of Object.entries(forms)) {
    const before = slack.topView(priya.id)?.id;
    await priya.runs("/alert", typed);
    await slack.until(() => slack.topView(priya.id)?.id !== before, "the form");
    expect(priya.modal().state.message?.message).toMatchObject({ value: shown });
  }
});

story.each([
  "help",
  "Help",
  "HELP!",
  "help me",
  "please help",
  "?",
  "??",
  " help ",
  "--help",
  "-h",
  "how?",
  "ayuda",
])("/alert %s helps, and opens no form", async (typed) => {
  const { ana, priya, slack } = await openScene();
  const said = (await priya.runs("/alert", typed)).answer?.body ?? "";
  expect(said).toMatch(
    /"response_type":"ephemeral".*type `\/alert`.*Nothing is sent before you press \*Send\*/,
  );
  expect(said).toContain(`<@${people.ana.id}> and <@${people.walt.id}>`);
  expect(said).not.toContain("/alert-log");
  for (const command of ["/alert", "/alert-log"]) {
    expect((await ana.runs(command, typed)).answer?.body).toContain("`/alert-log` shows what was sent");
  }
  for (const { id } of [priya, ana]) expect(slack.topView(id)).toBeUndefined();
});

describe("whoever writes to Headgate as to a person", () => {
  const NOTHING_SENT = /Nothing was sent to members by your message.*type `\/alert`/s;
  const writes = (scene: Scene, { id }: { id: string }, text: string) => {
    const { id: channel } = directChannel(scene.slack.workspace, id);
    return scene.slack.type(id, channel, text);
  };
  const answersTo = ({ slack }: Scene, { id }: { id: string }) =>
    slack.directMessages(id).filter(({ user }) => user === slack.workspace.app.userId);
  const isAnswered = (scene: Scene, person: { id: string }, count = 1) =>
    scene.slack.until(() => answersTo(scene, person)[count - 1]?.text, "an answer");
  /** Long enough for an answer too many. */
  const settle = () => new Promise((done) => setTimeout(done, 400));

  story("is told that no member got it, and how to text them", async () => {
    const scene = await openScene();
    await writes(scene, scene.priya, "Boil your water! The main on River Road is broken.");
    expect(await isAnswered(scene, scene.priya)).toMatch(NOTHING_SENT);
    await writes(scene, scene.ana, "hello?");
    expect(await isAnswered(scene, scene.ana)).toContain("`/alert-log`");
    await settle();
    for (const person of [scene.priya, scene.ana]) expect(answersTo(scene, person)).toHaveLength(1);
    expect(scene.twilio.ledger).toEqual([]);
    expect(await scene.audit("refused")).toEqual([]);
  });

  story("is answered also with a picture, in italics, and where Slack names no team beside", async () => {
    const scene = await openScene();
    const { slack, priya, ana, dale } = scene;
    const subtypes = [
      ["file_share", priya],
      ["me_message", ana],
      ["thread_broadcast", dale],
    ] as const;
    for (const [subtype, { id: user }] of subtypes) {
      const { id: channel } = directChannel(slack.workspace, user);
      const ts = `${Math.floor(Date.now() / 1000)}.000100`;
      const event = { type: "message", subtype, channel_type: "im", channel, user, ts, text: "Look!" };
      await slack.sendEvent({ type: "event_callback", team_id: slack.teamId, event });
    }
    for (const [, person] of subtypes) expect(await isAnswered(scene, person)).toMatch(NOTHING_SENT);
  });

  story("gets one answer to a burst, and another one later", async () => {
    const now = { shift: 0 };
    const scene = await openScene({ slack: { now: () => new Date(Date.now() + now.shift) } });
    for (const text of ["Hi", "anybody?", "help", "HELP", "is this on?"])
      await writes(scene, scene.dale, text);
    expect(await isAnswered(scene, scene.dale)).toMatch(NOTHING_SENT);
    await settle();
    expect(answersTo(scene, scene.dale)).toHaveLength(1);
    now.shift = 31_000;
    await writes(scene, scene.dale, "And now?");
    await isAnswered(scene, scene.dale, 2);
  });

  story("gets one answer where Slack tells it several times, and to several instances", async () => {
    const scene = await openScene();
    const other = await scene.startAnother();
    await writes(scene, scene.dale, "Hi");
    await isAnswered(scene, scene.dale);
    const [told] = scene.slack.events.filter(({ body }) => body.includes('"text":"Hi"'));
    if (!told) throw new Error("Slack told of nothing");
    const again = { ...told, headers: { ...told.headers, "x-slack-retry-num": "1" } };
    const elsewhere = { ...again, url: again.url.replace(/:\d+/, `:${other.port}`) };
    for (const request of [again, elsewhere]) {
      expect(await scene.slack.replay(request)).toMatchObject({ status: 200 });
    }
    await settle();
    expect(answersTo(scene, scene.dale)).toHaveLength(1);
  });

  story("is not Headgate itself, nor somebody who changes what they wrote", async () => {
    const scene = await openScene();
    await writes(scene, scene.dale, "Hi");
    await isAnswered(scene, scene.dale);
    // What Headgate wrote is told to it as well.
    const own = () => scene.slack.events.filter(({ body }) => body.includes('"bot_id"'));
    await scene.slack.until(() => own().length > 0, "Slack to tell of the answer");
    const { dale, slack } = scene;
    const { id: channel } = directChannel(slack.workspace, dale.id);
    const changed = {
      type: "message",
      subtype: "message_changed",
      channel_type: "im",
      channel,
      user: dale.id,
    };
    const written = {
      type: "message",
      channel_type: "im",
      channel,
      user: dale.id,
      bot_id: "B0OTHER",
      text: "x",
    };
    for (const [nth, event] of [changed, written].entries()) {
      const ts = `${Math.floor(Date.now() / 1000) + 3600 * (nth + 1)}.000100`;
      await slack.sendEvent({ type: "event_callback", team_id: slack.teamId, event: { ...event, ts } });
    }
    await settle();
    expect(answersTo(scene, dale)).toHaveLength(1);
  });

  story.each([
    {
      who: "an outsider",
      person: people.rick,
      words: /not on the board's list.*An admin can add you/,
      why: "not on the allowlist",
    },
    {
      who: "a guest",
      person: people.gus,
      words: /Guests, bots and closed accounts can't do this/,
      why: "not on the allowlist",
    },
    {
      who: "somebody of another team",
      person: people.cody,
      words: /Only members of the board's own workspace/,
      why: "another team",
    },
  ])("$who gets the refusal and nothing else, once, and it is recorded", async ({ person, words, why }) => {
    const scene = await openScene();
    for (const text of ["let me in", "help"]) await writes(scene, person, text);
    const said = await isAnswered(scene, person);
    expect(said).toMatch(words);
    expect(said).not.toContain("/alert");
    await settle();
    expect(answersTo(scene, person)).toHaveLength(1);
    expect(await scene.audit("refused")).toEqual([
      { actor: person.id, alertId: null, what: "message.im", why },
    ]);
  });

  story("in a channel is told the same, alone, when they name Headgate", async () => {
    const scene = await openScene();
    const { priya, slack } = scene;
    await slack.type(priya.id, slack.channelId, "@Headgate boil your water");
    expect(await priya.isTold(NOTHING_SENT)).toBeDefined();
    await slack.type(priya.id, slack.channelId, "The headgate at River Road is stuck.");
    await settle();
    expect(slack.ephemerals(priya.id)).toHaveLength(1);
    expect(scene.boardMessages()).toEqual([]);
  });
});

story(
  "whoever is not on the list is told who can add them, by their names and by what they need",
  async () => {
    const scene = await openScene();
    const { answer } = await scene.slack.runCommand(people.rick.id, "/alert");
    expect(answer?.body).toContain(`An admin can add you: <@${people.ana.id}> or <@${people.walt.id}>.`);
    expect(answer?.body).toContain(
      "To ask them, open Headgate in Slack, under Apps, and press “Ask to be added”",
    );
    const { priya } = scene;
    await priya.runs("/alert-log");
    await priya.isTold(`The admins are <@${people.ana.id}> and <@${people.walt.id}>.`);
    // A guest is not sent to an admin in vain.
    const guest = await scene.slack.runCommand(people.gus.id, "/alert");
    expect(guest.answer?.body).toContain("Guests, bots and closed accounts can't do this");

    // Under a field Slack shows no mention, so the names stand there.
    await priya.runs("/alert");
    await priya.sees("New alert");
    await scene.removeFromBoard(priya);
    const { errors } = await priya.submits({ Zones: ["Old Town"], Kind: "Emergency", Message: "Boil." });
    expect(errors.message).toContain(
      `An admin can add you: ${people.ana.realName} or ${people.walt.realName}.`,
    );
  },
);

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
  const filesFolder = await makeFolder();
  const start = async (firstAdmins: string) => {
    const settings = { ...settingsFor(world, 0), ADMIN_SLACK_USER_IDS: firstAdmins };
    const log = createLog("silent");
    const config = readConfig(settings);
    const app = await startApp({ database: { url: databaseUrl }, log, config, filesFolder });
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

story(
  "of those whom the setting names at the first start, who could never act becomes no admin, and that is said",
  async () => {
    const { slack, db, app, start } = await firstRun(`U0TYPO99,${people.gus.id}`);
    const ready = async (port: number) => (await fetch(`http://localhost:${port}/readyz`)).text();
    await expect
      .poll(() => ready(app.port), { timeout: 10_000 })
      .toMatch(
        /ADMIN_SLACK_USER_IDS names U0TYPO99, who was not made an admin: Slack knows nobody.*names U0GUS.*guest/s,
      );
    expect((await listAllEntries(db)).filter(({ action }) => action === "board member added")).toEqual([]);
    await app.stop();

    const again = await start(`U0TYPO99,${people.ana.id}`);
    onTestFinished(again.stop);
    await slack.runCommand(people.ana.id, "/alert-log");
    await slack.until(() => slack.topView(people.ana.id)?.content.title.text === "Alert log", "the log");
    const added = (await listAllEntries(db)).filter(({ action }) => action === "board member added");
    expect(added.map(({ detail }) => detail.userId)).toEqual([people.ana.id]);
  },
);
