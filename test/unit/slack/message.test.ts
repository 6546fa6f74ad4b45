// What an alert's message asks before it does what a button says.
import { expect, test } from "vitest";
import { stopButton } from "../../../src/slack/alert/message.ts";
import { sections } from "../../../src/slack/words/blocks.ts";

test("Stop's question is the same however far sending has got, and its button is red", () => {
  const { text, style } = stopButton({ id: 1 }).confirm ?? {};
  expect(style).toBe("danger");
  expect(JSON.stringify(text)).not.toMatch(/\d/);
});

test("names stand together, without gaps, as long as a section holds them", () => {
  const lines = Array.from({ length: 40 }, (_, n) => `• Member ${n} · Old Town: opted out`);
  expect(sections(lines)).toHaveLength(1);
  const long = lines.map((line) => line.padEnd(1_400, "x"));
  const gathered = sections(long);
  expect(gathered).toHaveLength(20);
  const words = gathered.map(({ text }) => text?.text);
  expect(words.join("\n").split("\n")).toEqual(long);
  expect(sections([])).toEqual([]);
});
