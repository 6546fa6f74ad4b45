// What is built wrong, and the tests that must notice.
import { dirname } from "node:path/posix";

export type Room = {
  /** Files in src/, as globs. */
  files: string[];
  tests: string[];
  /** Wrong in this many places, chosen by a seed, unless the command line says otherwise; without it in all. */
  sample?: number;
};

/** Without a database: every place, by the unit tests alone. */
const pure: Record<string, Room> = {
  "members/read": { files: ["members/read/**/*.ts"], tests: ["test/unit/members/read/*.test.ts"] },
  "members/consent": {
    files: ["members/consent/!(kept-answers).ts"],
    tests: ["test/unit/members/*.test.ts"],
  },
  "members/accounts": {
    files: ["members/accounts/!(write-numbering).ts"],
    tests: ["test/unit/members/*.test.ts"],
  },
  members: {
    files: ["members/{columns,plan,phone,report}.ts", "members/check/*.ts"],
    tests: ["test/unit/members/*.test.ts"],
  },
  text: { files: ["text/*.ts"], tests: ["test/unit/text/*.test.ts"] },
  "opt-outs": { files: ["opt-outs/{keywords,wishes}.ts"], tests: ["test/unit/opt-outs/*.test.ts"] },
  "config.ts": {
    files: ["config.ts", "own-settings.ts"],
    tests: ["test/unit/{config,env-example}.test.ts", "test/unit/settings/*.test.ts"],
  },
};

/**
 * What needs a database, by some places of it and by the tests that are about it. A program that a test starts is
 * built right (what makes it wrong is in the tests' own process), so tests of programs alone are left out; and so
 * is one that reads the code itself.
 */
const withDatabase: Record<string, string[]> = {
  "slack/wire": [
    "test/unit/slack/!(views-at-largest).test.ts",
    "test/db/{authorize,change}.test.ts",
    "test/story/{security,bad-input,opening,bad-days,troubles,confirming}.test.ts",
  ],
  slack: [
    "test/unit/slack/!(views-at-largest).test.ts",
    "test/db/alert-places.test.ts",
    "test/story/!(cli|npm-start|terminal|two-roles).test.ts",
  ],
  alerts: [
    "test/unit/alerts/*.test.ts",
    "test/db/{audience,confirm-races,review-check,what-changed,left-out,own-test,change}.test.ts",
    "test/story/{confirming,review,asked-again,composing,one-alert}.test.ts",
  ],
  replies: [
    "test/unit/replies/*.test.ts",
    "test/db/{inbound,last-word,missed,numbers,races}.test.ts",
    "test/story/{members-words,missed-texts,phones,thread,reading}.test.ts",
  ],
  web: [
    "test/unit/web/*.test.ts",
    "test/story/{security,protocol,health,sheet,bad-input,missed-texts}.test.ts",
  ],
  db: ["test/unit/db/*.test.ts", "test/db/!(upgrade|large-alert).test.ts", "test/story/two-roles.test.ts"],
};
const SAMPLE = 60;

export const pureRooms = Object.keys(pure);

/** A room by its folder or file in src/; what is within a room has its tests, unless it has its own. */
export function roomOf(name: string): Room | undefined {
  if (pure[name]) return pure[name];
  const files = [name.endsWith(".ts") ? name : `${name}/**/*.ts`];
  for (let within = name; within !== "."; within = dirname(within)) {
    const tests = pure[within]?.tests ?? withDatabase[within];
    if (tests) return { files, tests, ...(withDatabase[within] && { sample: SAMPLE }) };
  }
  return undefined;
}
