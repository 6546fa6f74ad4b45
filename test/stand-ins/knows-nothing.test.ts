// The stand-ins obey Slack's and Twilio's rules and know nothing of Headgate or the invented co-op: they
// are told what they need. What they may import is tested in test/architecture.test.ts.
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  board,
  channels,
  cooperative,
  members,
  sender,
  slackPeople,
  zones,
} from "../../src/practice/co-op/people.ts";
import { actions, commands, submissions } from "../../src/slack/index.ts";
import manifest from "../../src/slack/manifest.json" with { type: "json" };

const src = new URL("../../src/", import.meta.url);
const sources = readdirSync(src, { recursive: true, encoding: "utf8" })
  .map((file) => file.replaceAll("\\", "/"))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => ({ file, code: readFileSync(new URL(file, src), "utf8") }));
const standIns = sources.filter(({ file }) => file.startsWith("practice/stand-ins/"));
const headgate = sources.filter(({ file }) => !file.startsWith("practice/"));
const inHeadgate = (pattern: RegExp) =>
  headgate.flatMap(({ code }) => [...code.matchAll(pattern)].map(([, found = ""]) => found));

const routes = inHeadgate(/"(?:GET|POST) (\/[^"]+)":/g);
const listeners = Object.keys({ ...commands, ...actions, ...submissions });

const names: Record<string, readonly string[]> = {
  "the manifest": [
    manifest.display_information.name,
    manifest.display_information.description,
    ...manifest.features.slash_commands.flatMap(({ command, description }) => [command, description]),
  ],
  routes,
  // "stop" is a word of Twilio's too.
  "commands, buttons and modals": listeners.filter((name) => name !== "stop").map((name) => `"${name}"`),
  people: slackPeople.flatMap(({ id, realName }) => [id, realName]),
  members: members.flatMap(({ account, name }) => [account, name]),
  phones: [...members, ...board].flatMap(({ phone }) => phone || []),
  "the co-op": [cooperative, sender, ...zones],
  channels: Object.values(channels).flatMap(({ id, name }) => [id, `"${name}"`]),
};

test.each(Object.entries(names))("no stand-in names what is given to it: %s", (_, given) => {
  expect(given.length).toBeGreaterThan(0);
  const found = standIns.flatMap(({ file, code }) =>
    given.filter((name) => code.toLowerCase().includes(name.toLowerCase())).map((name) => `${file}: ${name}`),
  );
  expect(found).toEqual([]);
});

const words = /\b(headgate|co-?op|board|zones?|operators?|admins?|allowlist|audience|deliver(?:y|ies))\b/gi;
/** Among what Twilio's own `messageIntent` may say. */
const twilios = "customercare delivery education";
const wordsIn = (files: typeof sources) =>
  files.flatMap(({ file, code }) =>
    [...code.replace(twilios, "").matchAll(words)].map(([word]) => `${file}: ${word}`),
  );

test("no stand-in uses Headgate's words", () => {
  expect(wordsIn(standIns)).toEqual([]);
  // As the same look finds them elsewhere.
  expect(wordsIn(headgate).length).toBeGreaterThan(100);
});
