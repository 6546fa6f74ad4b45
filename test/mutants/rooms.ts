// What is built wrong, and the tests that must notice.

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
  "members/consent": { files: ["members/consent/*.ts"], tests: ["test/unit/members/*.test.ts"] },
  "members/accounts": { files: ["members/accounts/*.ts"], tests: ["test/unit/members/*.test.ts"] },
  members: { files: ["members/{columns,plan,phone,report}.ts"], tests: ["test/unit/members/*.test.ts"] },
  text: { files: ["text/*.ts"], tests: ["test/unit/text/*.test.ts"] },
  "opt-outs": { files: ["opt-outs/{keywords,wishes}.ts"], tests: ["test/unit/opt-outs/*.test.ts"] },
  "config.ts": { files: ["config.ts"], tests: ["test/unit/{config,env-example}.test.ts"] },
};

// A program that a test starts is built right: what makes it wrong is in the tests' own process. So tests that
// look at programs alone would notice nothing.
const withDatabase = [
  "test/db/!(embedded|upgrade|large-alert).test.ts",
  "test/story/!(cli|npm-start|terminal|two-roles).test.ts",
];

export const pureRooms = Object.keys(pure);

/** A room by its folder or file in src/; of those that need a database also a folder within. */
export function roomOf(name: string): Room | undefined {
  if (pure[name]) return pure[name];
  const [folder] = /^(slack|web|alerts|replies|db)(?=$|\/[a-z]+$)/.exec(name) ?? [];
  if (folder === undefined) return undefined;
  const files = [`${name}/**/*.ts`];
  if (folder === "db")
    return { files, tests: ["test/unit/db/*.test.ts", "test/db/!(upgrade).test.ts"], sample: 60 };
  return { files, tests: [`test/unit/${folder}/*.test.ts`, ...withDatabase], sample: 60 };
}
