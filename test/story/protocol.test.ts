// Step 5: the send. No phone is texted twice and none is forgotten, whatever dies.
import { expect, test as story } from "vitest";
import { type ClaimedDelivery, claimDeliveries } from "../../src/deliveries/claim.ts";
import { eventually } from "../helpers/eventually.ts";
import { openGateway } from "../helpers/gateway.ts";
import { expectOnceEach, lane, openLane, phone, sendToLane } from "../helpers/lane.ts";
import { openScene, type Scene, textOf } from "../helpers/scene.ts";
import { postAsTwilio } from "../helpers/twilio-posts.ts";

/** Claims as another instance would. The pace does not hold it up. */
const claims = ({ db }: Scene) =>
  claimDeliveries(db, crypto.randomUUID(), { gateway: "twilio", limit: 50, segmentsPerSecond: 1_000_000 });

story("Twilio gets exactly the approved bytes, the time left, and where to report", async () => {
  const text = "Mill Creek: ¡Hiérvalo! [Elm St] costs €0 \\ é ñ 👩‍👩‍👧 + % & = end";
  const scene = await openLane(1, { twilio: { pacing: "manual" } });
  const review = await sendToLane(scene, `${text.replace("costs", "costs\u200b")}  `);
  await scene.messageSaying("1 on the way");
  const [request] = scene.twilio.requests;
  expect(request?.body).toBe(text);
  expect(textOf(review.blocks)).toContain(text);
  expect(request?.from).toBe(scene.twilio.from);
  expect(request?.validityPeriod).toBeGreaterThan(4 * 3600 - 60);
  expect(request?.validityPeriod).toBeLessThanOrEqual(4 * 3600);
  expect(request?.statusCallback).toBe(
    `http://localhost:${scene.app.port}/twilio/status?sending=1&delivery=1&attempt=1#rc=3&rp=all`,
  );
});

story("a callback under the name that 0.1.0 gave counts", async () => {
  const scene = await openLane(1, { twilio: { pacing: "manual" } });
  await sendToLane(scene);
  await scene.messageSaying("1 on the way");
  const { accountSid, authToken, ledger } = scene.twilio;
  const form = { AccountSid: accountSid, MessageSid: ledger[0]?.sid ?? "", MessageStatus: "delivered" };
  const path = "/twilio/status?alert=1&delivery=1&attempt=1";
  expect(await postAsTwilio(scene.app, authToken, path, form)).toBe(204);
  await scene.messageSaying("Sent 1 of 1: 1 delivered.");
});

story("with a messaging service, the service sends", async () => {
  const scene = await openScene();
  const { twilio } = scene;
  const gateway = openGateway(scene, {
    sender: { messagingServiceSid: twilio.messagingServiceSid },
    publicUrl: `http://localhost:${scene.app.port}`,
  });
  await gateway.send({ to: phone(1), body: "Mill Creek", kind: "other" });
  expect(twilio.ledger[0]).toMatchObject({ messagingServiceSid: twilio.messagingServiceSid, from: null });
});

story(
  "what an instance had claimed when it died is asked about: taken or not, nothing is sent again",
  async () => {
    const scene = await openLane(4, { settings: { SEGMENTS_PER_SECOND: "0.1" } });
    await sendToLane(scene);
    await scene.messageSaying("2 delivered, 2 waiting");
    // The other instance handed one over and died before it could write that down; the next it only claimed.
    const deliveries: ClaimedDelivery[] = [];
    await eventually(async () => {
      // At the very moment of the app's own claim the pace has nothing left.
      deliveries.push(...(await claims(scene)).deliveries);
      return deliveries.length >= 2;
    }, "the claim");
    expect(deliveries.map((claimed) => claimed.address)).toEqual([phone(3), phone(4)]);
    const gateway = openGateway(scene, { publicUrl: `http://localhost:${scene.app.port}` });
    await gateway.send({ to: phone(3), body: deliveries[0]?.text ?? "", kind: "other" });
    await scene.letPass("2 minutes");
    await scene.messageSaying("3 delivered, 1 waiting");
    await scene.letPass("11 minutes");
    await scene.messageSaying("1 not reached (may have arrived)");
    expectOnceEach(scene, lane(3));
  },
);

story("while a lease lasts, nobody else touches what is claimed", async () => {
  const scene = await openLane(3, { twilio: { pacing: "manual" } });
  scene.plays("twilio-late");
  await sendToLane(scene);
  await scene.twilio.until(() => scene.twilio.requests.length === 3);
  await scene.startAnother();
  expect((await claims(scene)).deliveries).toEqual([]);
  // One lease ends: that this one is looked for shows that the others would have been.
  await scene.letLeaseEnd(phone(3));
  await eventually(async () => scene.twilio.lookedFor.includes(phone(3)), "the look for it");
  // What members wrote is looked for too.
  expect(scene.twilio.lookedFor.filter((to) => lane(3).includes(to ?? ""))).toEqual([phone(3)]);
  expect(scene.twilio.requests).toHaveLength(3);
  scene.ends();
});

story("two instances share the work, and no phone is texted twice", async () => {
  const scene = await openScene();
  await scene.startAnother();
  await scene.sends(scene.priya, { zones: ["North Ridge", "River Road"] });
  await scene.messageSaying(/^Sent \d+ of \d+: \d+ delivered, \d+ not reached\./);
  const phones = scene.twilio.requests.map(({ to }) => to);
  expect(new Set(phones).size).toBe(phones.length);
  expect(phones).toHaveLength((await scene.deliveries()).length);
});

story("all instances together keep to the pace", async () => {
  const scene = await openLane(40, { settings: { SEGMENTS_PER_SECOND: "20" } });
  await scene.startAnother();
  await sendToLane(scene);
  await scene.messageSaying("40 delivered");
  const times = scene.twilio.ledger.map(({ at }) => at.getTime()).sort((a, b) => a - b);
  // What may be caught up, one overdraft, and what waits for the first connection, go at once.
  const seconds = ((times.at(-1) ?? 0) - (times[0] ?? 0)) / 1000;
  expect(seconds).toBeGreaterThan((40 - 20 / 4 - 1) / 20 - 0.15);
});

story(
  "a STOP counts for every text that is not handed over yet, even for those already claimed",
  async () => {
    const scene = await openLane(70);
    scene.plays("twilio-late");
    await sendToLane(scene);
    await scene.twilio.until(() => scene.twilio.requests.length === 50);
    const claimed = await eventually(async () => {
      const sending = (await scene.deliveries()).filter(({ status }) => status === "sending");
      const asked = new Set(scene.twilio.requests.map(({ to }) => to));
      return sending.map(({ phone }) => phone).find((one) => !asked.has(one));
    }, "one that is claimed and waits");
    await scene.twilio.reply(claimed, "STOP");
    await eventually(
      async () => (await scene.statusOf(claimed)) !== "sending",
      "the instance to let go of it",
    );
    scene.ends();
    await scene.messageSaying("Sent 69 of 70: 69 delivered, 1 not sent (opted out meanwhile).");
    expectOnceEach(
      scene,
      lane(70).filter((to) => to !== claimed),
    );
  },
);

story("what is not handed over by the deadline is too late, and is never sent", async () => {
  const scene = await openLane(4, { settings: { SEGMENTS_PER_SECOND: "0.1" } });
  await sendToLane(scene);
  await scene.messageSaying("2 delivered, 2 waiting");
  await scene.letDeadlinePass();
  await scene.messageSaying("Sent 2 of 4: 2 delivered, 2 not sent (too late to send).");
  expect(scene.twilio.requests).toHaveLength(2);
});

story("a server that was down past the deadline sends nothing when it is back", async () => {
  const scene = await openLane(4, { settings: { SEGMENTS_PER_SECOND: "0.1" } });
  await sendToLane(scene);
  await scene.messageSaying("2 delivered, 2 waiting");
  await scene.app.stop();
  await scene.letDeadlinePass();
  expect((await claims(scene)).deliveries).toEqual([]);
  await scene.startAnother();
  await scene.messageSaying("Sent 2 of 4: 2 delivered, 2 not sent (too late to send).");
});

story("a halted alert expires too", async () => {
  const scene = await openLane(2);
  scene.plays("twilio-20003");
  await sendToLane(scene);
  await scene.messageSaying("has halted");
  await scene.letDeadlinePass();
  await scene.messageSaying("Sent 0 of 2: 2 not sent (too late to send).");
});

story("a stop of the server in the middle leaves nothing half done, and the next start goes on", async () => {
  const scene = await openLane(90, { twilio: { pacing: "manual" } });
  scene.plays("twilio-late");
  await sendToLane(scene);
  await scene.twilio.until(() => scene.twilio.requests.length === 50);
  await eventually(async () => (await countSending(scene)) > 50, "more to be claimed than is in flight");
  const stopped = scene.app.stop();
  await eventually(async () => (await countSending(scene)) === 50, "the rest to be let go of");
  scene.ends();
  await stopped;
  const left = await scene.statuses();
  expect(new Set(left)).toEqual(new Set(["pending", "accepted"]));
  expect(left.filter((status) => status === "accepted")).toHaveLength(50);

  scene.ends();
  await scene.startAnother();
  await scene.messageSaying(/^Sent 90 of 90/);
  expectOnceEach(scene, lane(90));
});

const countSending = async (scene: Scene) =>
  (await scene.statuses()).filter((status) => status === "sending").length;
