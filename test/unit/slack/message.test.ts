// What an alert's message asks before it does what a button says.
import { expect, test } from "vitest";
import { stopButton } from "../../../src/slack/alert/message.ts";

test("Stop's question is the same however far sending has got, and its button is red", () => {
  const { text, style } = stopButton({ id: 1 }).confirm ?? {};
  expect(style).toBe("danger");
  expect(JSON.stringify(text)).not.toMatch(/\d/);
});
