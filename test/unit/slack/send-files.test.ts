// What somebody is told whose files did not come.
import { expect, test } from "vitest";
import { NoRoom } from "../../../src/slack/files/folder.ts";
import { explainNoFiles } from "../../../src/slack/files/send.ts";

const failed = (code: string) => Object.assign(new Error("x"), { code });
const because = (cause: Error) => new Error("a query failed", { cause });

test.each([
  ["the disk is nearly full", new NoRoom("full"), /disk .* is nearly full.*Tell whoever/],
  ["the disk is full", failed("ENOSPC"), /disk .* is nearly full/],
  ["the user's share of it is used", failed("EDQUOT"), /disk .* is nearly full/],
  ["PostgreSQL has no room to sort", because(failed("53100")), /disk .* is nearly full/],
  ["the database is away", because(failed("CONNECTION_CLOSED")), /can't reach its database/],
  ["the database goes down", failed("57P01"), /can't reach its database/],
  ["anything else", new Error("Slack refused an upload with 500"), /Something went wrong with the files/],
])("%s", (_, error, words) => {
  expect(explainNoFiles(error, { isStopping: false, isMade: false })).toMatch(words);
  expect(explainNoFiles(error, { isStopping: true, isMade: false })).toMatch(/^Headgate is being restarted/);
});

test("where the files are made, a network that breaks says nothing of the database", () => {
  const words = explainNoFiles(failed("ECONNRESET"), { isStopping: false, isMade: true });
  expect(words).toMatch(/Something went wrong with the files/);
});
