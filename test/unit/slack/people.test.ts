// Who could never act here, whoever puts them on the list.
import { createServer } from "node:http";
import { WebClient } from "@slack/web-api";
import { expect, onTestFinished, test } from "vitest";
import { createPeople, type SlackAccount, whyNever } from "../../../src/slack/wire/people.ts";

const member: SlackAccount = {
  team_id: "T0MILL",
  deleted: false,
  is_bot: false,
  is_restricted: false,
  is_ultra_restricted: false,
  is_stranger: false,
};
const guest = "they are a guest, and guests can't send alerts: make them a full member in Slack first";
const elsewhere = "they belong to another workspace, and are only in a shared channel";

test.each<[what: Partial<SlackAccount>, why: string | undefined]>([
  [{}, undefined],
  [{ team_id: undefined }, undefined],
  [{ is_bot: true }, "this is an app and not a person"],
  [{ deleted: true }, "their Slack account is closed"],
  [{ is_restricted: true }, guest],
  [{ is_ultra_restricted: true }, guest],
  [{ team_id: "T0OTHER" }, elsewhere],
  [{ is_stranger: true }, elsewhere],
  [{ team_id: undefined, is_stranger: true }, elsewhere],
])("of somebody with %j: %s", (what, why) => expect(whyNever({ ...member, ...what }, "T0MILL")).toBe(why));

test("whom Slack does not know can't act either", () => {
  expect(whyNever(undefined, "T0MILL")).toBe("Slack knows nobody with this ID in the board's workspace");
});

test("whoever presses ten times at once is asked about once, and again when the answer is old", async () => {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    for await (const chunk of request) asked.push(String(chunk));
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ok: true, user: { ...member, real_name: "Ana Ruiz" } }));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  let now = 0;
  const client = new WebClient("xoxb-1", { slackApiUrl: `http://127.0.0.1:${port}/` });
  const people = createPeople(client, () => now);
  const names = await Promise.all(Array.from({ length: 10 }, () => people.nameOf("U0ANA")));
  expect(new Set(names)).toEqual(new Set(["Ana Ruiz"]));
  expect(asked).toHaveLength(1);
  now = 59_999;
  await people.find("U0ANA");
  expect(asked).toHaveLength(1);
  now = 60_000;
  await people.find("U0ANA");
  expect(asked).toHaveLength(2);
});
