// By which of a phone's words it is on the list or off it, whatever came to us last.
import { expect, test } from "vitest";
import type { Database } from "../../src/db/open.ts";
import { inboundTexts } from "../../src/db/schema.ts";
import type { InboundSms } from "../../src/gateways/gateway.ts";
import { listOptOuts, optOut } from "../../src/opt-outs/opt-outs.ts";
import { keepInboundText } from "../../src/replies/inbound.ts";
import { openTestDatabase } from "../helpers/database.ts";

const PHONE = "+12065550101";

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const texts = (db: Database, messageSid: string, body: string, more: Partial<InboundSms> = {}) =>
  keepInboundText(db, { messageSid, phone: PHONE, body, ...more });
const sources = async (db: Database) => (await listOptOuts(db)).map(({ source }) => source);

test("what the provider found after a START was written outlasts it, and a later START undoes that", async () => {
  const { db } = await openTestDatabase();
  await db.transaction((tx) => optOut(tx, PHONE, "provider", "system", { at: ago(30) }));
  await texts(db, "SM1", "START", { writtenAt: ago(40) });
  expect(await sources(db)).toEqual(["provider"]);
  await texts(db, "SM2", "START", { writtenAt: ago(20) });
  expect(await sources(db)).toEqual([]);
  // The one that changed nothing is for the board to see.
  const shown = await db.select().from(inboundTexts).orderBy(inboundTexts.messageSid);
  expect(shown.map(({ shownAs }) => shownAs)).toEqual(["words", null]);
});

test("a STOP that turns out to be older than the START that came before it is undone by that", async () => {
  const { db } = await openTestDatabase();
  await texts(db, "SM1", "START", { writtenAt: ago(20) });
  await texts(db, "SM2", "STOP");
  expect(await sources(db)).toEqual(["sms STOP"]);
  // The provider's list tells when it was written.
  await texts(db, "SM2", "STOP", { writtenAt: ago(40) });
  expect(await sources(db)).toEqual([]);
});

test("a phone that texts STOP again has left since then", async () => {
  const { db } = await openTestDatabase();
  const [first, second] = [ago(40), ago(20)];
  await texts(db, "SM1", "STOP", { writtenAt: first });
  expect(await listOptOuts(db)).toMatchObject([{ source: "sms STOP", optedOutAt: first }]);
  await texts(db, "SM2", "STOP", { writtenAt: second });
  expect(await listOptOuts(db)).toMatchObject([{ source: "sms STOP", optedOutAt: second }]);
});

test("what the provider did about a word outweighs what the word alone says", async () => {
  const { db } = await openTestDatabase();
  const writtenAt = ago(20);
  // As its list has it, and then as its webhook tells it, whose owner takes END for something else.
  await texts(db, "SM1", "END", { writtenAt });
  expect(await sources(db)).toEqual(["sms END"]);
  await texts(db, "SM1", "END", { writtenAt, did: "start" });
  expect(await sources(db)).toEqual([]);
});
