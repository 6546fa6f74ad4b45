// Stop and Resume at the server, where Slack is of no help.
import { expect, test as story } from "vitest";
import { runCli, slackDeps } from "../../src/cli.ts";
import { openDatabase } from "../../src/db/open.ts";
import { people, slackPeople } from "../../src/practice/co-op/people.ts";
import type { SlackPerson } from "../../src/practice/stand-ins/slack/slack.ts";
import { lane } from "../helpers/lane.ts";
import { openScene, type Scene } from "../helpers/scene.ts";

async function run({ databaseUrl, slack, url }: Scene, ...args: string[]) {
  const written: string[] = [];
  const code = await runCli(args, {
    openDatabase: async () => openDatabase(databaseUrl),
    ...slackDeps(() => ({ botToken: slack.botToken, apiUrl: `${url}/slack/api/` })),
    settings: () => ({
      given: { TIME_ZONE: "America/Denver" },
      defaults: {},
      country: "US",
      ourNumber: "+12065550100",
    }),
    readFile: () => Promise.reject(new Error("no file is read here")),
    write: (line) => void written.push(line),
    complain: (line) => void written.push(line),
  });
  return { code, said: written.join("\n") };
}

story("what is under way is listed and stopped, and Slack shows it", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "5" } });
  expect(await run(scene, "alerts")).toEqual({ code: 0, said: "No alert is under way." });
  await scene.addZone("Spring Lane", lane(60));
  await scene.sends(scene.priya, { zones: ["Spring Lane"] });
  await scene.messageSaying("Sending");
  const { said } = await run(scene, "alerts", "list");
  expect(said).toMatch(/^1 {2}Emergency by U0PRIYA to Spring Lane\n.*boil.*\n +Sending\. Sent \d+ of 60/);
  expect(said).toContain("npm run alerts -- stop 1");

  expect(await run(scene, "alerts", "stop", "1")).toMatchObject({
    code: 0,
    said: expect.stringMatching(/^Alert 1 is stopped/),
  });
  await scene.messageSaying(/^Stopped: /);
  expect(await scene.audit("stopped")).toMatchObject([{ actor: "command line", alertId: 1 }]);
  expect(await run(scene, "alerts", "stop", "1")).toMatchObject({
    code: 1,
    said: expect.stringMatching(/nothing to stop/),
  });
});

story("what has halted is resumed", async () => {
  const scene = await openScene();
  await scene.addZone("Spring Lane", lane(3));
  scene.plays("twilio-20003", { times: 1 });
  await scene.sends(scene.priya, { zones: ["Spring Lane"] });
  await scene.messageSaying("Sending has halted.");
  expect((await run(scene, "alerts")).said).toMatch(/Halted\. .*npm run alerts -- resume 1/s);
  expect(await run(scene, "alerts", "resume", "1")).toMatchObject({
    code: 0,
    said: expect.stringMatching(/one text first/),
  });
  await scene.messageSaying("Sent 3 of 3");
  expect(await scene.audit("resumed")).toMatchObject([{ actor: "command line", alertId: 1 }]);
  expect(await run(scene, "alerts", "resume", "1")).toMatchObject({
    code: 1,
    said: expect.stringMatching(/not halted/),
  });
});

story.each([[["alerts", "stop"]], [["alerts", "stop", "1", "2"]], [["alerts", "start"]]])(
  "%j: the commands are told",
  async (args) => {
    const scene = await openScene();
    expect(await run(scene, ...args)).toMatchObject({
      code: 1,
      said: expect.stringContaining("npm run alerts -- stop 12"),
    });
  },
);

story("an admin is asked for a phone, and a wrong one is refused", async () => {
  const scene = await openScene();
  const { id } = people.rick;
  expect((await run(scene, "board", "add", id, "admin")).said).toMatch(
    /as admin\.\n.*Give their phone too: .* --phone/,
  );
  expect(await run(scene, "board", "add", id, "admin", "--phone", "911")).toMatchObject({
    code: 1,
    said: expect.stringContaining("so nothing was changed"),
  });
  expect(await run(scene, "board", "add", id, "admin", "--phone", "(206) 555-0142")).toEqual({
    code: 0,
    said: `Rick Sorensen (${id}) is on the board now, as admin. Own phone … 0142.`,
  });
  expect((await run(scene, "board", "add", id, "operator")).said).toContain("Own phone … 0142.");
});

story("the shortcut opens the form that /alert opens; who may not is told directly", async () => {
  const scene = await openScene();
  const chooses = (user: { id: string }) =>
    scene.slack.send({
      payload: JSON.stringify({
        type: "shortcut",
        callback_id: "write-alert",
        trigger_id: "1.2.3",
        action_ts: "1.2",
        team: { id: scene.slack.teamId, domain: "practice" },
        user: { id: user.id, username: "x", team_id: scene.slack.teamId },
      }),
    });
  expect(await chooses(scene.rick)).toMatchObject({ status: 200 });
  await scene.slack.until(
    () =>
      scene.slack.directMessages(scene.rick.id).some(({ text }) => text.includes("not on the board's list")),
    "the refusal",
  );
  expect(await chooses(scene.priya)).toMatchObject({ status: 200 });
  await expect.poll(() => scene.audit("opened")).toMatchObject([{ actor: scene.priya.id }]);
});

const someone = (id: string, more: Partial<SlackPerson>): SlackPerson => ({ ...people.rick, id, ...more });
const robot = someone("U0ROBOT", { realName: "Robot", isBot: true });
const stranger = someone("U0STRANGE", { realName: "Strange", isStranger: true });
const single = someone("U0SINGLE", { realName: "Single", isUltraRestricted: true });

story.each([
  [
    "a mistyped ID",
    "U0TYPO99",
    "U0TYPO99 could never send an alert, so nothing was changed: Slack knows nobody with this ID",
  ],
  [
    "a guest",
    people.gus.id,
    "Gus Pruitt (U0GUS) could never send an alert, so nothing was changed: they are a guest",
  ],
  [
    "a guest of one channel",
    single.id,
    "Single (U0SINGLE) could never send an alert, so nothing was changed: they are a guest",
  ],
  ["a bot", robot.id, "Robot (U0ROBOT) could never send an alert, so nothing was changed: this is an app"],
  ["somebody who left", people.opal.id, "so nothing was changed: their Slack account is closed"],
  ["a stranger", stranger.id, "so nothing was changed: they belong to another workspace"],
  ["somebody of another team", people.cody.id, "so nothing was changed: they belong to another workspace"],
])("%s is not put on the board, also not unchecked", async (_, id, words) => {
  const scene = await openScene({ slack: { people: [...slackPeople, robot, stranger, single] } });
  const before = await scene.everything();
  for (const unchecked of [[], ["--unchecked"]]) {
    const { code, said } = await run(scene, "board", "add", id, "admin", ...unchecked);
    expect({ code, said }).toEqual({ code: 1, said: expect.stringContaining(words) });
  }
  expect(await scene.everything()).toEqual(before);
});

story("whoever is put on the board is named, and can send at once", async () => {
  const scene = await openScene();
  expect(await run(scene, "board", "add", people.rick.id, "operator")).toEqual({
    code: 0,
    said: "Rick Sorensen (U0RICK) is on the board now, as operator.",
  });
  const { answer } = await scene.slack.runCommand(people.rick.id, "/alert");
  expect(answer?.body).toBe("");
  const { said } = await run(scene, "board", "list");
  expect(said).toContain("U0RICK  operator  Rick Sorensen");
  expect(said).toMatch(/^U0ANA {2}admin {2}Ana /m);
});

story("where Slack can't be asked it says so, and does nothing unless it is told to", async () => {
  const scene = await openScene();
  scene.plays("slack-missing_scope", { method: "users.info" });
  const refused = await run(scene, "board", "add", people.rick.id, "admin");
  expect(refused).toEqual({
    code: 1,
    said: "Slack can't be asked who U0RICK is (missing_scope), so nothing was changed. Try it again later; or, if you are certain of the ID, add --unchecked.",
  });
  expect((await run(scene, "board", "list")).said).toMatch(
    /^U0ANA {2}admin {2}own phone.*Slack can't be asked just now/s,
  );
  const added = await run(scene, "board", "add", people.rick.id, "admin", "--unchecked");
  expect(added.code).toBe(0);
  expect(added.said).toContain(
    "U0RICK is on the board now, as admin.\nSlack could not be asked who this is.",
  );
  scene.slack.uninstallApp();
  expect(await run(scene, "board", "add", "U0NEXT", "operator", "--unchecked")).toMatchObject({ code: 0 });
});

story("somebody who could never act is no other admin", async () => {
  const scene = await openScene();
  await run(scene, "board", "remove", people.walt.id);
  const refused = { code: 1, said: expect.stringContaining("U0ANA is the last admin who can act") };
  expect(await run(scene, "board", "remove", people.ana.id)).toEqual(refused);

  // Added while Slack was away, and Slack knows nobody by it.
  scene.plays("slack-internal_error", { method: "users.info" });
  await run(scene, "board", "add", "U0TYPO99", "admin", "--unchecked");
  expect(await run(scene, "board", "remove", people.ana.id)).toEqual(refused);
  scene.ends();
  for (const args of [
    ["remove", people.ana.id],
    ["add", people.ana.id, "operator"],
  ]) {
    const { code, said } = await run(scene, "board", ...args);
    expect({ code, said }).toEqual(refused);
    expect(said).toContain(
      "U0TYPO99 does not count. Slack knows nobody with this ID in the board's workspace.",
    );
  }
  expect((await run(scene, "board", "list")).said).toContain(
    "U0TYPO99  admin  can't act: Slack knows nobody",
  );

  // An admin whose account is closed counts no more either; one who can act does, even if added unchecked.
  scene.plays("slack-internal_error", { method: "users.info" });
  await run(scene, "board", "add", people.rick.id, "admin", "--unchecked");
  scene.ends();
  scene.slack.workspace.people.set(people.rick.id, { ...people.rick, deleted: true });
  expect(await run(scene, "board", "remove", people.ana.id)).toEqual(refused);
  scene.slack.workspace.people.set(people.rick.id, people.rick);
  expect(await run(scene, "board", "remove", people.ana.id)).toMatchObject({ code: 0 });
  // And the phantom can go.
  expect(await run(scene, "board", "remove", "U0TYPO99")).toMatchObject({ code: 0 });
});

story("an admin whose account is closed counts no more from the moment that Slack says so", async () => {
  const scene = await openScene();
  // At the start Slack is asked who they all are: whoever is closed by then is taken off.
  await scene.runsOnceMore("look at the board");
  scene.slack.workspace.people.set(people.walt.id, { ...people.walt, deleted: true });
  await scene.slack.runCommand(people.walt.id, "/alert");
  // Slack is away: what it said last is what counts.
  scene.plays("slack-internal_error", { method: "users.info" });
  expect(await run(scene, "board", "remove", people.ana.id)).toMatchObject({ code: 1 });
  expect(await run(scene, "board", "remove", people.walt.id)).toMatchObject({ code: 0 });
});
