// Bad days: PostgreSQL gone, Slack gone, Twilio gone.
import { createServer } from "node:http";
import { expect, onTestFinished, test as story } from "vitest";
import { eventually } from "../helpers/eventually.ts";
import { expectOnceEach, lane, phone, sendToLane } from "../helpers/lane.ts";
import { startRestartablePostgres } from "../helpers/restartable-postgres.ts";
import { BOIL, openScene, type Scene } from "../helpers/scene.ts";

/** Once /readyz, which says how it was at the last look, says this. */
const readiness = (scene: Scene, status: number, words = "") =>
  eventually(
    async () => {
      const response = await fetch(`http://localhost:${scene.app.port}/readyz`);
      return response.status === status && (await response.text()).includes(words);
    },
    `/readyz to answer ${status} ${words}`,
    { patience: 20_000, every: 100 },
  );

story("PostgreSQL dies in the middle of an alert, and comes back", { timeout: 60_000 }, async () => {
  const postgres = await startRestartablePostgres();
  onTestFinished(postgres.remove);
  const scene = await openScene({ database: { url: postgres.url }, twilio: { pacing: "manual" } });
  const { priya, twilio } = scene;
  await scene.addZone("Spring Lane", lane(70));
  scene.plays("twilio-late");
  const review = await sendToLane(scene);
  await twilio.until(() => twilio.ledger.length === 50);

  await postgres.kill();
  // What is on its way is answered now, and can't be written down.
  scene.ends();
  const began = performance.now();
  expect((await priya.runs("/alert")).failure).toBeUndefined();
  await priya.isTold(/can't reach its database.*nothing was done.*try again in a minute/);
  expect(performance.now() - began).toBeLessThan(3_000);
  const message = scene.boardMessages().find(({ ts }) => ts === review.ts);
  if (!message) throw new Error("the alert's message is gone");
  await priya.presses(message.text.startsWith("Sending") ? "Stop" : "Send to", message);
  await scene.slack.until(
    () => scene.slack.ephemerals(priya.id).filter(({ text }) => text.includes("its database")).length === 2,
    "the plain sentence again",
  );
  const [first, second] = twilio.ledger;
  expect((await twilio.tell(first?.sid ?? "", "delivered"))?.status).toBe(503);
  expect((await twilio.reply(second?.to ?? "", "STOP")).answer?.status).toBe(503);
  await readiness(scene, 503, "database does not answer");

  await postgres.start();
  await scene.messageSaying(/^Sent 70 of 70: 70 on the way/);
  expectOnceEach(scene, lane(70));
  // The STOP that was answered with 503 is fetched.
  const isOut = async () => (await scene.optOuts()).some((optOut) => optOut.phone === second?.to);
  await eventually(isOut, "the STOP", { patience: 20_000 });
  expect((await twilio.tell(first?.sid ?? "", "delivered"))?.status).toBe(204);
  await scene.messageSaying("1 delivered, 69 on the way");
  await readiness(scene, 200);
});

story("Slack goes away: the send goes on, and the message catches up", async () => {
  const scene = await openScene();
  await scene.addZone("Spring Lane", lane(20));
  const review = await scene.reviews(scene.priya, { zones: ["Spring Lane"] });
  const { twilio, slack } = scene;
  scene.plays("twilio-later", { after: 1 });
  await scene.priya.presses("Send to", review);
  await scene.messageSaying("Sending");
  scene.plays("slack-unreachable");
  scene.ends("twilio-later");
  await twilio.until(() => twilio.ledger.length === 20);
  await twilio.settle();
  const { status } = (await twilio.reply(phone(3), "is it safe for the cat?")).answer ?? {};
  expect(status).toBe(204);
  await eventually(async () => (await scene.alerts())[0]?.status === "finished", "the alert's end");
  expect(scene.boardMessages().some(({ text }) => text.includes("20 delivered"))).toBe(false);

  scene.ends();
  await scene.messageSaying("Sent 20 of 20: 20 delivered.");
  // The next try for the reply is a minute later.
  await scene.letPass("1 minute");
  await slack.until(() => scene.thread(review).some(({ text }) => text.includes("the cat")), "the reply");
  expect(scene.boardMessages()).toHaveLength(1);
  expectOnceEach(scene, lane(20));
});

story("Slack slows us down, or loses its own answer: there is still one message", async () => {
  const scene = await openScene();
  await scene.addZone("Spring Lane", lane(3));
  const review = await scene.reviews(scene.priya, { zones: ["Spring Lane"] });
  for (const name of ["slack-internal_error", "slack-error", "slack-busy", "slack-lost"])
    scene.plays(name, { method: "chat.update", times: 1 });
  await scene.priya.presses("Send to", review);
  const done = await scene.messageSaying("Sent 3 of 3: 3 delivered.");
  expect(done.ts).toBe(review.ts);
  expect(scene.boardMessages()).toHaveLength(1);
});

story("Twilio can't be reached: everything waits, and goes out when it can", async () => {
  const gate = createServer((request, response) => void handle(request, response));
  const port = await new Promise<number>((resolve) => {
    gate.listen(0, "127.0.0.1", () => {
      const address = gate.address();
      resolve(typeof address === "object" && address ? address.port : 0);
    });
  });
  await new Promise((closed) => gate.close(closed));
  const scene = await openScene({
    settings: { TWILIO_API_BASE_URL: `http://127.0.0.1:${port}` },
    random: () => 0,
  });
  const handle = scene.twilio.handle;
  await scene.addZone("Spring Lane", lane(5));
  await sendToLane(scene);
  const waiting = await scene.messageSaying(/Twilio can't be reached\..* Headgate keeps trying by itself\./);
  expect(waiting.text).toMatch(/^Sending waits\..* Sent 0 of 5: 5 waiting\.$/);
  gate.listen(port, "127.0.0.1");
  onTestFinished(() => {
    gate.closeAllConnections();
    gate.close();
  });
  await scene.messageSaying("Sent 5 of 5: 5 delivered.");
  expectOnceEach(scene, lane(5));
});

story("Twilio breaks off every request: nothing is sent blindly, and the board is asked", async () => {
  const scene = await openScene({ settings: { SEGMENTS_PER_SECOND: "40" } });
  await scene.addZone("Spring Lane", lane(40));
  scene.plays("twilio-unreachable");
  await sendToLane(scene);
  const halted = await scene.messageSaying("Twilio gives no proper answers.");
  expect(halted.text).toContain("Sending has halted.");
  const asked = scene.twilio.requests.map(({ to }) => to);
  expect(new Set(asked).size).toBe(asked.length);
  expect(asked.length).toBeLessThan(40);
  expect(scene.log.join("")).not.toContain(BOIL);
});
