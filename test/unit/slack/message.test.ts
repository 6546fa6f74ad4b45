// What an alert's message asks before it does what a button says.
import { expect, test } from "vitest";
import { stopButton } from "../../../src/slack/alert/message.ts";
import { unreachedLines } from "../../../src/slack/alert/thread.ts";

const questionOf = (alert: Parameters<typeof stopButton>[0]) => JSON.stringify(stopButton(alert).confirm);

test("Stop says how many texts will not be sent, also while a large alert is not frozen", () => {
  const alert = { id: 1, phoneCount: 20_011 };
  expect(questionOf({ ...alert, isFrozen: false, counts: {} })).toContain("20,011 texts when this was shown");
  const counts = { pending: 20_001, sent: 10 };
  expect(questionOf({ ...alert, isFrozen: true, counts })).toContain("20,001 texts when this was shown");
});

test("names stand together, without gaps, as long as a section holds them", () => {
  const lines = Array.from({ length: 40 }, (_, n) => `• Member ${n} · Old Town: opted out`);
  expect(unreachedLines(lines)).toHaveLength(1);
  const long = lines.map((line) => line.padEnd(1_400, "x"));
  const sections = unreachedLines(long);
  expect(sections).toHaveLength(20);
  const words = sections.flatMap((block) => (block.type === "section" ? [block.text?.text] : []));
  expect(words.join("\n").split("\n")).toEqual(long);
  expect(unreachedLines([])).toEqual([]);
});
