// What an alert's message asks before it does what a button says.
import { expect, test } from "vitest";
import { stopButton, whenSent } from "../../../src/slack/alert/message.ts";
import { unreachedMessage } from "../../../src/slack/alert/thread.ts";
import { sections } from "../../../src/slack/words/blocks.ts";

test("Stop's question is the same however far sending has got, and its button is red", () => {
  const { text, style } = stopButton({ id: 1 }).confirm ?? {};
  expect(style).toBe("danger");
  expect(JSON.stringify(text)).not.toMatch(/\d/);
});

test("who should be told in another way, and is of several kinds, stands below the heading of each", () => {
  const person = { names: "Ruth", zones: "Old Town", accounts: "", phone: null, why: "opted out" };
  const facts = { alertId: 1, resendable: { unknown: 0, unreached: 0 }, again: 0, advice: [] };
  const [notReached, leftOut] = [
    { ...person, outcome: "not reached" as const, why: "phone off" },
    { ...person, outcome: "left out" as const },
  ];
  const linesOf = (people: (typeof notReached | typeof leftOut)[]) => {
    const countOf = (kind: string) => people.filter(({ outcome }) => outcome === kind).length;
    const counts = { "not reached": countOf("not reached"), "not sent": 0, "left out": countOf("left out") };
    const [, list] = unreachedMessage({ ...facts, counts, people }).blocks;
    return list?.type === "section" ? list.text?.text.split("\n") : undefined;
  };
  expect(linesOf([notReached, leftOut])).toEqual([
    "*Not reached:*",
    "• Ruth · Old Town: phone off",
    "*Left out:*",
    "• Ruth · Old Town: opted out",
  ]);
  expect(linesOf([leftOut, leftOut])).toEqual([
    "• Ruth · Old Town: opted out",
    "• Ruth · Old Town: opted out",
  ]);
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

test("when it was sent stands below an alert, and when it ended unless that was the same minute", () => {
  const at = (clock: string) => new Date(`2026-03-03T${clock}Z`);
  const confirmedAt = at("21:05:00");
  const sent = (status: "finished" | "stopped", endedAt: Date | null) =>
    whenSent({ confirmedAt, endedAt, status }, { timeZone: "America/Denver" });
  const day = "Sent on Tue, Mar 3, 2026, 2:05 PM";
  expect(sent("finished", at("21:09:00"))).toEqual([`${day}, done at 2:09 PM (Denver time).`]);
  expect(sent("stopped", at("21:09:00"))).toEqual([`${day}, stopped at 2:09 PM (Denver time).`]);
  expect(sent("finished", at("21:05:59"))).toEqual([`${day} (Denver time).`]);
  expect(sent("finished", null)).toEqual([`${day} (Denver time).`]);
  const unsent = { confirmedAt: null, endedAt: null, status: "stopped" as const };
  expect(whenSent(unsent, { timeZone: "America/Denver" })).toEqual([]);
});
