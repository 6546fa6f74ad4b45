// What was refused, as the log says it.
import { expect, test } from "vitest";
import {
  actions,
  commands,
  messages,
  openings,
  options,
  shortcuts,
  submissions,
} from "../../../src/slack/index.ts";
import { describeEntry } from "../../../src/slack/log/entries.ts";
import manifest from "../../../src/slack/manifest.json" with { type: "json" };

const refused = (detail: Record<string, unknown>) => describeEntry({ action: "refused", detail });

test("whatever can be refused has words of its own", () => {
  const names = Object.keys({
    ...actions,
    ...commands,
    ...messages,
    openings,
    ...options,
    ...shortcuts,
    ...submissions,
  });
  const words = names.map((what) => refused({ what, why: "not on the allowlist" }));
  expect(words.filter((each) => !/^refused: \S.* \(they are not on the board's list\)$/.test(each))).toEqual(
    [],
  );
});

test("a shortcut is called what it is called in Slack", () => {
  const called = manifest.features.shortcuts.map(({ callback_id }) => refused({ what: callback_id }));
  expect(called).toEqual(manifest.features.shortcuts.map(({ name }) => `refused: ${name}`));
});

test("what has no words is shown as it was recorded", () => {
  expect(refused({ what: "constructor", why: "toString" })).toBe("refused: constructor (toString)");
  expect(refused({})).toBe("refused: something");
  expect(describeEntry({ action: "confirmed", detail: {} })).toBe("confirmed");
});
