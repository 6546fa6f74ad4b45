// What the look at the provider's list does with what fails on the way.
import { expect, test } from "vitest";
import { inboundMarks, inboundTexts } from "../../src/db/schema.ts";
import type { WrittenSms } from "../../src/gateways/gateway.ts";
import { createLog } from "../../src/log.ts";
import { createMissedTexts } from "../../src/replies/missed.ts";
import { openTestDatabase } from "../helpers/database.ts";

test("a text that can't be kept holds up no other, and is looked for again before anything is ticked off", async () => {
  const { db } = await openTestDatabase();
  const text = { phone: "+12065550101", writtenAt: new Date() };
  // PostgreSQL keeps no text with this character.
  const broken = { ...text, messageSid: "SM1", body: "\0" };
  let listed: WrittenSms[] = [broken, { ...text, messageSid: "SM2", body: "hello" }];
  let time = 0;
  const log: string[] = [];
  const missed = createMissedTexts({
    db,
    gateway: {
      name: "twilio",
      listInbound: async () => listed,
      checkInbound: async () => Promise.reject(new Error("no answer")),
    },
    log: createLog("warn", { write: (line) => log.push(line) }),
    clock: { monotonic: () => time, after: () => () => {} },
  });
  const kept = async () =>
    (await db.select().from(inboundTexts).orderBy(inboundTexts.messageSid)).map(({ body }) => body);

  await missed.run();
  expect(await kept()).toEqual(["hello"]);
  expect(await db.$count(inboundMarks)).toBe(0);
  expect(log.join()).toMatch(/"no answer".*how members' texts reach us could not be looked up/);
  expect(log.join()).toMatch(/what members wrote meanwhile could not be looked up yet/);

  listed = [{ ...broken, body: "mended" }];
  time += 5_000;
  await missed.run();
  expect(await kept()).toEqual(["mended", "hello"]);
  expect(await db.$count(inboundMarks)).toBe(1);
});
