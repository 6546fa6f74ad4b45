// .env.example against the settings that config.ts reads.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { describe, expect, test } from "vitest";
import { readConfig } from "../../src/config.ts";
import { ownSchemas } from "../../src/own-settings.ts";
import { ownNames, settingsOf } from "../../src/settings/settings.ts";

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), "utf8");
const example = read(".env.example");
const settings = [...read("src/config.ts").matchAll(/^ {2}([A-Z][A-Z_]+):/gm)]
  .map(([, name]) => name ?? "")
  .filter((name) => !(name in ownSchemas))
  .concat(ownNames);

/** A paragraph of words, and the settings that it is about. */
const paragraphs = example.split("\n\n").map((text) => {
  const lines = text.split("\n");
  const isSetting = (line: string) => /^(# )?[A-Z][A-Z_]+=/.test(line);
  return {
    words: lines.filter((line) => !isSetting(line)).join("\n"),
    names: lines.filter(isSetting).map((line) => line.replace(/^# /, "").replace(/=.*/, "")),
  };
});

/** What is needed, made up; a messaging service would do in place of a number. */
const least = {
  SLACK_BOT_TOKEN: "xoxb-1",
  SLACK_SIGNING_SECRET: "12345678",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "12345678",
  TWILIO_FROM: "+12065550100",
  PUBLIC_URL: "https://alerts.example.org",
};
const needed = [...Object.keys(least), "TWILIO_MESSAGING_SERVICE_SID"];
/** What comes of these. The machine is in Denver. */
const config = (given: Record<string, string | undefined>) => {
  const read = readConfig({ ...least, ...given }, "America/Denver");
  return { ...read, settings: settingsOf(read.settings) };
};

test("it has every setting once, and no other", () => {
  const named = paragraphs.flatMap(({ names }) => names);
  expect(settings.length).toBeGreaterThan(15);
  expect(named.sort()).toEqual(settings.sort());
});

describe("each is explained", () => {
  test.each(settings)("%s", (setting) => {
    const { words = "" } = paragraphs.find(({ names }) => names.includes(setting)) ?? {};
    expect(words.length).toBeGreaterThan(50);
    expect(/\b[Nn]eeded\.|\bis needed;/.test(words)).toBe(needed.includes(setting));
  });
});

test("as it is, it is a file without any setting", () => {
  expect(Object.values(parseEnv(example)).filter(Boolean)).toEqual([]);
});

test("the defaults that it shows are the real ones", () => {
  const shown = parseEnv(example.replace(/^# (?=[A-Z_]+=)/gm, ""));
  const given = Object.entries(shown).filter(([, value]) => value);
  expect(given.length).toBeGreaterThan(4);
  for (const setting of given) {
    expect(config(Object.fromEntries([setting]))).toEqual(config({}));
  }
});
