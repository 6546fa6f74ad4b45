// What an alert's message asks before it does what a button says.
import { expect, test } from "vitest";
import { stopButton } from "../../../src/slack/alert/message.ts";

const questionOf = (alert: Parameters<typeof stopButton>[0]) => JSON.stringify(stopButton(alert).confirm);

test("Stop says how many texts will not be sent, also while a large alert is not frozen", () => {
  const alert = { id: 1, phoneCount: 20_011 };
  expect(questionOf({ ...alert, isFrozen: false, counts: {} })).toContain("20,011 texts when this was shown");
  const counts = { pending: 20_001, sent: 10 };
  expect(questionOf({ ...alert, isFrozen: true, counts })).toContain("20,001 texts when this was shown");
});
