// Stop and Resume at the server, where Slack is of no help.
import { expect, test as story } from "vitest";
import { runCli } from "../../src/cli.ts";
import { openDatabase } from "../../src/db/open.ts";
import { people } from "../../src/practice/co-op/people.ts";
import { lane } from "../helpers/lane.ts";
import { openScene, type Scene } from "../helpers/scene.ts";

async function run({ databaseUrl, slack }: Scene, ...args: string[]) {
  const written: string[] = [];
  const code = await runCli(args, {
    openDatabase: async () => openDatabase(databaseUrl),
    workspaceTeamId: async () => slack.teamId,
    told: () => ({ timeZone: "America/Denver", ourNumber: "+12065550100" }),
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
  await scene.messageSaying(/^Stopped\. /);
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
    said: `${id} is on the board now, as admin. Own phone … 0142.`,
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
