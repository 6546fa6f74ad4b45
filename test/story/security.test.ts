// Who may no longer, at the very moment of the change; and where requests never go.
import { createServer } from "node:http";
import { expect, onTestFinished, test as story, vi } from "vitest";
import { createLog } from "../../src/log.ts";
import { startWorld } from "../../src/practice/world.ts";
import { createClients } from "../../src/slack/wire/clients.ts";
import { eventually } from "../helpers/eventually.ts";
import { openGateway } from "../helpers/gateway.ts";
import { lane, openLane, sendToLane } from "../helpers/lane.ts";
import { openScene } from "../helpers/scene.ts";

story("a member who is removed between the guard and the confirm does not send", async () => {
  const scene = await openScene();
  const { priya } = scene;
  const review = await scene.reviews(priya);
  // The confirm has been let in by the guard and waits for her place on the board, when she loses it.
  const pressed = await scene.removeInBetween(priya, () => priya.presses("Send to", review));
  expect(pressed.failure).toBeUndefined();

  await priya.isTold(/not on the board's list of people who may send alerts any more/);
  expect(await scene.audit("refused")).toEqual([
    expect.objectContaining({ actor: priya.id, what: "confirm", why: "not on the allowlist" }),
  ]);
  expect(await scene.audit("confirmed")).toEqual([]);
  expect(await scene.deliveries()).toEqual([]);
  expect(scene.twilio.requests).toEqual([]);
});

story.each([
  { what: "a guest", change: { isRestricted: true } },
  { what: "no colleague any more", change: { deleted: true } },
  { what: "a bot", change: { isBot: true } },
])(
  "the author's own Send does nothing once Slack says: $what, though the list still names her",
  async ({ change }) => {
    const scene = await openScene();
    const review = await scene.reviews(scene.dale);
    const { people } = scene.slack.workspace;
    const person = people.get(scene.priya.id);
    if (!person) throw new Error("no such person");
    await scene.makeAuthor(scene.priya);
    people.set(scene.priya.id, { ...person, ...change });
    await scene.priya.presses("Send to", review);
    expect(await scene.audit("refused")).toEqual([
      expect.objectContaining({ actor: scene.priya.id, what: "confirm", why: "not a full member" }),
    ]);
    expect(await scene.audit("confirmed")).toEqual([]);
    expect(scene.twilio.requests).toEqual([]);
  },
);

story(
  "while Slack does not tell who presses, whoever was let in today may stop an alert, and no more",
  async () => {
    // Slowly enough that something is left to stop.
    const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "1" } });
    const { dale } = scene;
    const review = await scene.reviews(dale);
    await scene.sends(scene.priya);
    const shown = await scene.messageSaying(/^Sending/);
    // The app was installed again, and may not look at people any more. What was known of them gets old.
    const { now } = performance;
    vi.spyOn(performance, "now").mockImplementation(() => now.call(performance) + 7_200_000);
    onTestFinished(() => void vi.restoreAllMocks());
    scene.plays("slack-missing_scope", { method: "users.info" });
    await dale.presses("Send to", review);
    await dale.isTold(/does not tell Headgate just now .* so nothing was done/);
    await dale.presses("Stop", shown);
    await scene.messageSaying(/^Stopped/);
    expect(await scene.audit("stopped")).toEqual([expect.objectContaining({ actor: dale.id })]);
    expect(await scene.audit("refused")).toEqual([
      expect.objectContaining({ actor: dale.id, what: "confirm", why: "Slack does not tell who they are" }),
    ]);
  },
);

story("a callback and a text that are replayed, each many times, change nothing any more", async () => {
  const scene = await openLane(2, { twilio: { pacing: "manual" } });
  const { twilio } = scene;
  // Whoever looks for missed texts only now finds these in the provider's list, which knows their time less exactly.
  await eventually(scene.hasLookedForTexts, "the first look for missed texts");
  await sendToLane(scene);
  await scene.messageSaying(/^Sent 2 of 2: 2 on the way/);
  const [message] = twilio.ledger;
  const called = await twilio.advance(message?.sid ?? "", "delivered");
  const { answer: texted } = await twilio.reply(lane(2)[1] ?? "", "STOP");
  const { answer: undone } = await twilio.reply(lane(2)[1] ?? "", "START");
  await scene.messageSaying("1 delivered, 1 on the way");
  if (!called || !texted || !undone) throw new Error("no answer");
  const before = await scene.everything("status_callbacks");
  const kept = await scene.countCallbacks();
  for (let n = 1; n <= 5; n++) {
    for (const webhook of [called, texted, undone]) expect((await twilio.repeat(webhook)).status).toBe(204);
  }
  expect(await scene.countCallbacks()).toBe(kept + 5); // each is written down as it came
  expect(await scene.everything("status_callbacks")).toEqual(before);
});

story("a file goes to no other host than Slack's, and the admin is told that it did not", async () => {
  const scene = await openScene();
  const { ana, slack } = scene;
  scene.plays("files-elsewhere");
  await ana.runs("/alert-log");
  await ana.sees("Alert log");
  await ana.pressesInModal("Export CSV");
  const isTold = () => slack.directMessages(ana.id).some(({ text }) => text.includes("Something went wrong"));
  await slack.until(isTold, "ana to be told");
  const [file] = slack.workspace.files.values();
  expect(file).toMatchObject({ content: undefined });
});

/** Redirects whoever asks to another place, and tells what arrived there. */
async function openRedirect() {
  const visitors: string[] = [];
  const elsewhere = createServer((request, response) => {
    visitors.push(`${request.url} ${request.headers.authorization}`);
    response.end("{}");
  });
  /** Whom it has sent there. */
  const asked: string[] = [];
  const redirect = createServer((request, response) => {
    request.resume();
    asked.push(request.url ?? "");
    response.writeHead(307, { location: `http://127.0.0.1:${portOf(elsewhere)}${request.url}` }).end();
  });
  for (const server of [elsewhere, redirect]) {
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    onTestFinished(() => void server.close());
  }
  return { url: `http://127.0.0.1:${portOf(redirect)}`, asked, visitors };
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

story(
  "no redirect is followed, to Twilio or to Slack: tokens and texts stay where they were sent",
  async () => {
    const { url, asked, visitors } = await openRedirect();
    const world = await startWorld({ port: 0 });
    onTestFinished(world.close);
    const gateway = openGateway({ url, twilio: world.twilio });
    await expect(
      gateway.send({ to: lane(1)[0] ?? "", body: "Boil your water.", kind: "other" }),
    ).rejects.toMatchObject({
      explanation: { fault: "ambiguous" },
    });
    await expect(gateway.find({ to: lane(1)[0] ?? "", within: 60 })).rejects.toThrow();
    await expect(gateway.fetch(`SM${"0".repeat(32)}`)).rejects.toThrow();
    const clients = createClients(
      { botToken: world.slack.botToken, apiUrl: `${url}/api/` },
      createLog("silent"),
    );
    expect(asked).toHaveLength(3);
    for (const slack of Object.values(clients)) {
      await expect(slack.auth.test()).rejects.toThrow();
      await expect(slack.chat.postMessage({ channel: "C1", text: "Boil your water." })).rejects.toThrow();
    }
    expect(asked).toHaveLength(3 + 2 * Object.values(clients).length);
    expect(visitors).toEqual([]);
  },
);
