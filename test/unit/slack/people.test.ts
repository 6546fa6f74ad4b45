// Who could never act here, whoever puts them on the list.
import { expect, test } from "vitest";
import { type SlackAccount, whyNever } from "../../../src/slack/wire/people.ts";

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
