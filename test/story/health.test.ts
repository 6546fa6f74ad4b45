// For whoever watches the server.
import { expect, onTestFinished, test as story } from "vitest";
import { listen } from "../../src/http.ts";
import { createLog } from "../../src/log.ts";
import { people } from "../../src/practice/co-op/people.ts";
import { createHealth, type HealthOptions } from "../../src/web/health.ts";
import { eventually } from "../helpers/eventually.ts";
import { openScene, type Scene } from "../helpers/scene.ts";

async function ask(port: number, path: string) {
  const response = await fetch(`http://localhost:${port}${path}`);
  return { status: response.status, body: await response.text() };
}

/** Once /readyz says this. It says how it was at the last look, so it may take a while. */
const readiness = (scene: Pick<Scene, "app">, status: number, words: string | RegExp = "Looked at") =>
  eventually(
    async () => {
      const answer = await ask(scene.app.port, "/readyz");
      return answer.status === status && answer.body.match(words) !== null && answer.body;
    },
    `/readyz to answer ${status} ${words}`,
    { patience: 15_000, every: 50 },
  );

/** The two routes alone, with what they are told. */
async function serveHealth(told: Partial<HealthOptions>): Promise<number> {
  const found = { at: new Date("2026-03-03T12:00:00Z"), problems: [], remarks: [] };
  const { isAlive, isReady } = createHealth({ silentJobs: () => [], lastCheck: () => found, ...told });
  const { server, port, serve } = await listen({ port: 0 }, createLog("silent"));
  serve({ "GET /healthz": isAlive, "GET /readyz": isReady });
  onTestFinished(() => void server.close());
  return port;
}

story("a server that is well says so, and when it looked", async () => {
  const scene = await openScene();
  expect(await ask(scene.app.port, "/healthz")).toEqual({ status: 200, body: "ok\n" });
  expect(await readiness(scene, 200)).toMatch(/^ready\nLooked at \d{4}-\d\d-\d\dT[\d:.]+Z\.\n$/);
});

story("without Slack the server runs, and says what is wrong", async () => {
  const scene = await openScene({ settings: { SLACK_API_URL: "http://localhost:1/api/" } });
  expect(await ask(scene.app.port, "/healthz")).toEqual({ status: 200, body: "ok\n" });
  expect(await readiness(scene, 503)).toMatch(/^Slack can't be reached\.\nLooked at /);
});

story("a token that Slack does not accept, and what to do about it", async () => {
  const scene = await openScene();
  await readiness(scene, 200);
  scene.slack.uninstallApp("token_revoked");
  expect(await readiness(scene, 503)).toMatch(
    /^Slack does not accept SLACK_BOT_TOKEN \(token_revoked\).*Install the app again/,
  );
  expect(await ask(scene.app.port, "/healthz")).toEqual({ status: 200, body: "ok\n" });
  scene.slack.reinstallApp();
  await readiness(scene, 200);
});

story.each<[string, (scene: Scene) => void, RegExp, (scene: Scene) => void]>([
  [
    "taken out of it",
    ({ slack }) => slack.removeApp(slack.channelId),
    // Its name was seen before.
    /^Headgate can't see #board-alerts\. If it is a private channel, type \/invite @Headgate in it\./,
    ({ slack }) => slack.inviteApp(slack.channelId),
  ],
  [
    "archived",
    ({ slack }) => slack.archive(slack.channelId),
    /^#board-alerts is archived\. Unarchive it/,
    ({ slack }) => slack.archive(slack.channelId, false),
  ],
])(
  "the board's channel, %s: /readyz and the log say so, until it works again",
  async (_, harm, words, mend) => {
    const scene = await openScene();
    await readiness(scene, 200);
    harm(scene);
    expect(await readiness(scene, 503)).toMatch(words);
    expect(scene.log.some((line) => line.includes('"not ready"') && line.includes("#board-alerts"))).toBe(
      true,
    );
    mend(scene);
    await readiness(scene, 200);
  },
);

story(
  "an app that may not look at its channel is asked to be reinstalled, and is no less ready",
  async () => {
    const scene = await openScene();
    await readiness(scene, 200);
    scene.slack.reinstallApp(["chat:write", "commands", "files:write", "im:write", "users:read"]);
    expect(await readiness(scene, 200, "older manifest")).toMatch(
      /^ready\nHeadgate may not look .* reinstall the app/,
    );
  },
);

story.each([
  ["slow", -6],
  ["fast", 6],
])("a machine whose clock is %s refuses all that Slack posts, and says why", async (which, minutes) => {
  const scene = await openScene({ now: () => new Date(Date.now() + minutes * 60_000) });
  expect(await readiness(scene, 503, "clock")).toMatch(
    new RegExp(`^This machine's clock is 6 minutes ${which}\\..*set its clock by itself`),
  );
});

story.each([
  ["Slack", { SLACK_API_URL: "http://localhost:1/api/" }, 503],
  ["Twilio", { TWILIO_API_BASE_URL: "http://localhost:1" }, 503],
])("while %s is away, the other's answers tell the time", async (_, settings, status) => {
  const scene = await openScene({ settings, now: () => new Date(Date.now() - 360_000) });
  expect(await readiness(scene, status, "clock is 6 minutes slow")).toContain("can't be reached");
});

story("a channel that is not there", async () => {
  const scene = await openScene({ settings: { SLACK_ALERT_CHANNEL: "C0NOWHERE" } });
  expect(await readiness(scene, 503)).toMatch(
    /^Headgate can't see the board's channel \(C0NOWHERE\)\..*SLACK_ALERT_CHANNEL/,
  );
});

story("Twilio: away, refusing the account, or with the account closed", async () => {
  const scene = await openScene();
  await readiness(scene, 200);
  scene.plays("twilio-account-error");
  expect(await readiness(scene, 503)).toMatch(/^Twilio can't be reached\.\n/);
  scene.ends();
  scene.plays("twilio-account-closed");
  expect(await readiness(scene, 503, "suspended")).toMatch(/^Twilio says that the account is suspended/);
  scene.ends();
  await readiness(scene, 200);
});

story("where no admin has a phone, that is said, and it is ready all the same", async () => {
  const scene = await openScene();
  await scene.removeFromBoard(people.walt);
  await scene.forgetPhone(people.ana);
  expect(await readiness(scene, 200, "No admin")).toMatch(/^ready\nNo admin has given a phone.* --phone/);
});

story("before the first look nobody says ready", async () => {
  const port = await serveHealth({ lastCheck: () => undefined });
  expect(await ask(port, "/readyz")).toEqual({
    status: 503,
    body: "Headgate has not looked yet whether all is well. Ask again in a minute.\n",
  });
});

story("a job that does not come round is named", async () => {
  const port = await serveHealth({ silentJobs: () => ["resolve"] });
  expect(await ask(port, "/readyz")).toEqual({
    status: 503,
    body: 'The job "resolve" does not come round.\nLooked at 2026-03-03T12:00:00.000Z.\n',
  });
});

story("everything that is wrong is said at once", async () => {
  const found = { at: new Date(), problems: ["The database does not answer."], remarks: [] };
  const port = await serveHealth({ silentJobs: () => ["show", "finish"], lastCheck: () => found });
  const { body } = await ask(port, "/readyz");
  expect(body.trim().split("\n")).toHaveLength(4);
});
