// A delivery may have several attempts, because a person may send it again. What comes late is about one of them.
import { expect, test } from "vitest";
import { deliveries } from "../../src/db/schema.ts";
import { recordHandOvers } from "../../src/deliveries/hand-over.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { newMessageSid } from "../helpers/twilio-posts.ts";

async function openThirdAttempt() {
  const { db } = await openTestDatabase();
  const { sendingId } = await insertAlert(db, ["+12065550101"]);
  await db.update(deliveries).set({ status: "sending", attempt: 3 });
  const status = async () => (await db.select({ status: deliveries.status }).from(deliveries))[0]?.status;
  return { db, status, first: { sendingId, position: 1, attempt: 1 } };
}

test("that an earlier attempt failed says nothing of this one", async () => {
  const { db, status, first } = await openThirdAttempt();
  await recordHandOvers(db, "US", [{ ...first, result: "not sent", againIn: 0 }]);
  await recordHandOvers(db, "US", [{ ...first, result: "rejected", code: "21211", uselessNumber: true }]);
  expect(await status()).toBe("sending");
});

test("that the provider has an earlier attempt counts, however late it is told", async () => {
  const { db, status, first } = await openThirdAttempt();
  await recordHandOvers(db, "US", [
    { ...first, result: "accepted", messageSid: newMessageSid(), status: "accepted" },
  ]);
  expect(await status()).toBe("accepted");
});
