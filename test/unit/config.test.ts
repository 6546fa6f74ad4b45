import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import {
  ConfigError,
  describeEnvMode,
  findHome,
  readCommandSettings,
  readConfig,
  readDatabaseConfig,
  readEnvironment,
  readPracticePort,
  readSlackAccess,
  startedIn,
} from "../../src/config.ts";
import { settingsOf } from "../../src/settings/settings.ts";
import { describeTime } from "../../src/text/words.ts";

const needed = {
  SLACK_BOT_TOKEN: "xoxb-1-2-abc",
  SLACK_SIGNING_SECRET: "0123456789abcdef0123456789abcdef",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "f".repeat(32),
  TWILIO_FROM: "+12065550199",
  PUBLIC_URL: "https://alerts.mill.example",
  TIME_ZONE: "America/Denver",
};

function complaintAbout(environment: Record<string, string | undefined>, machinesTimeZone = "UTC"): string {
  try {
    readConfig(environment, machinesTimeZone);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

/** The settings, while nobody has changed one in Slack. */
const own = (...given: Parameters<typeof readConfig>) => settingsOf(readConfig(...given).settings);

test("with what is needed, the rest has sensible defaults", () => {
  expect(readConfig(needed)).toMatchObject({
    slack: { apiUrl: "https://slack.com/api/", firstAdmins: [] },
    twilio: {
      apiUrl: "https://api.twilio.com",
      authTokens: ["f".repeat(32)],
      sender: { from: "+12065550199" },
    },
    settings: {
      country: "US",
      given: { TIME_ZONE: "America/Denver" },
      defaults: { SEGMENTS_PER_SECOND: "3", PRICE_PER_SEGMENT: "0.0083", CARRIER_FEE_PER_SEGMENT: "0.0045" },
      isPractice: false,
    },
    port: 3000,
    database: { url: undefined, migrationUrl: undefined },
    logLevel: "info",
  });
});

test("without anything, one message names all that is missing, where to find it, and practice", () => {
  const complaint = complaintAbout({});
  for (const name of Object.keys(needed)) expect(complaint).toContain(name);
  expect(complaint).toContain("TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM");
  expect(complaint).toContain("api.slack.com/apps");
  expect(complaint).toContain("console.twilio.com");
  expect(complaint).toContain("npm run practice");
});

test("an empty setting is one that was not filled in", () => {
  expect(complaintAbout({ ...needed, SLACK_BOT_TOKEN: "  " })).toContain(
    "SLACK_BOT_TOKEN is the app's token",
  );
  expect(readConfig({ ...needed, DATABASE_URL: "", PORT: "" }).port).toBe(3000);
});

// What is right, whole; the same with anything around it is malformed.
test.each([
  ["SLACK_BOT_TOKEN", ["xoxb-1-2-abc"]],
  ["SLACK_SIGNING_SECRET", ["01234567"]],
  ["SLACK_ALERT_CHANNEL", ["C0123ABCD", "G01"]],
  ["ADMIN_SLACK_USER_IDS", ["U0ANA", "W01"]],
  ["TWILIO_ACCOUNT_SID", [`AC${"09afAF".padEnd(32, "0")}`]],
  ["TWILIO_AUTH_TOKEN", ["01234567"]],
  ["TWILIO_AUTH_TOKEN_SECONDARY", ["01234567"]],
  ["TWILIO_MESSAGING_SERVICE_SID", [`MG${"09afAF".padEnd(32, "0")}`]],
  ["TWILIO_FROM", ["+1206555", "+120655501991234", "12345", "123456"]],
  ["HOST", ["127.0.0.1", "::1", "localhost"]],
  ["BEGIN_ANEW", ["2026-03-03"]],
  ["COUNTRY", ["US", "mx"]],
])("%s is one of its kind and nothing besides", (name, values) => {
  for (const value of values) {
    expect(complaintAbout({ ...needed, [name]: value }), value).toBe("");
    for (const around of [`x- ${value}`, `${value}.- x`])
      expect(complaintAbout({ ...needed, [name]: around }), around).toContain(`  ${name} (malformed)`);
  }
});

test.each([
  ["SLACK_BOT_TOKEN", "xoxp-1", "must begin with xoxb- (api.slack.com/apps, your app, OAuth & Permissions)"],
  [
    "SLACK_SIGNING_SECRET",
    "short",
    "must be the Signing Secret (api.slack.com/apps, your app, Basic Information)",
  ],
  [
    "SLACK_ALERT_CHANNEL",
    "#board",
    "must be a channel ID such as C0123ABCD (channel name, About, at the bottom)",
  ],
  [
    "ADMIN_SLACK_USER_IDS",
    "ana",
    "must be member IDs such as U0123ABCD, separated by commas (profile, three dots, Copy member ID)",
  ],
  [
    "SLACK_API_URL",
    "http://slack.example/",
    "must be a web address that begins with https:// (leave it out for Slack's own)",
  ],
  ["TWILIO_ACCOUNT_SID", "AC1", "must be AC and 32 characters (console.twilio.com, Account Info)"],
  ["TWILIO_AUTH_TOKEN", "x", "must be the Auth Token (console.twilio.com, Account Info)"],
  ["TWILIO_AUTH_TOKEN_SECONDARY", "x", "must be Twilio's secondary Auth Token"],
  [
    "TWILIO_MESSAGING_SERVICE_SID",
    "MG1",
    "must be MG and 32 characters (console.twilio.com, Messaging, Services)",
  ],
  ["TWILIO_FROM", "206-555-0199", "must be a phone number such as +12065550100, or a short code"],
  [
    "TWILIO_API_BASE_URL",
    "api.twilio.com",
    "must be a web address that begins with https:// (leave it out for Twilio's own)",
  ],
  ["TWILIO_API_BASE_URL", "https://api.twilio.com/2010", "must have no path"],
  [
    "TWILIO_MESSAGING_BASE_URL",
    "messaging.twilio.com",
    "must be a web address that begins with https:// (leave it out for Twilio's own)",
  ],
  ["TWILIO_MESSAGING_BASE_URL", "https://messaging.twilio.com/v1", "must have no path"],
  [
    "PUBLIC_URL",
    "http://alerts.mill.example",
    "must be a web address that begins with https:// (the address under which Slack and Twilio reach this server)",
  ],
  [
    "PUBLIC_URL",
    "alerts.mill.example",
    "must be a web address that begins with https:// (the address under which Slack and Twilio reach this server)",
  ],
  ["PUBLIC_URL", "https://alerts.mill.example/?x", "must have no ?, # or user name"],
  [
    "SEGMENTS_PER_SECOND",
    "0",
    "must be a number from 0.1 to 1000: how many segments your kind of sender may send a second",
  ],
  ["PRICE_PER_SEGMENT", "-1", "must be a number from 0 to 10: a price in dollars, such as 0.0083"],
  [
    "CARRIER_FEE_PER_SEGMENT",
    "11",
    "must be a number from 0 to 10: dollars for one segment, such as 0.0045; 0 for none",
  ],
  ["HOST", "alerts.example.org", "must be an address of this machine, such as 127.0.0.1"],
  ["PORT", "65536", "must be a number from 0 to 65535: a port"],
  ["PORT", "80.5", "must be a whole number"],
  [
    "TIME_ZONE",
    "EST",
    "must be a place in your members' time zone, such as America/Denver: EST, GMT+5 and the like are wrong in summer",
  ],
  ["BEGIN_ANEW", "today", "must be a day such as 2026-03-03: the one on which you begin anew"],
  [
    "KEEP_LOGS_DAYS",
    "6",
    "must be a number from 7 to 3650: how many days the gateway's reports and the database's log are kept",
  ],
  ["KEEP_LOGS_DAYS", "7.5", "must be a whole number of days"],
  ["COUNTRY", "USA", "must be a country's two letters, such as US, CA or MX"],
  ["LOG_LEVEL", "loud", "must be one of trace, debug, info, warn, error, fatal, silent"],
  ["ORGANIZATION_NAME", "x".repeat(41), "must be at most 40 characters"],
  ["DATABASE_URL", "mysql://x", "must begin with postgres:// ; leave it out to use the built-in PostgreSQL"],
  [
    "DATABASE_URL",
    "see postgres://x",
    "must begin with postgres:// ; leave it out to use the built-in PostgreSQL",
  ],
])("%s=%s: the whole complaint", (name, value, says) => {
  expect(complaintAbout({ ...needed, [name]: value })).toBe(
    [
      "These settings are missing or malformed:",
      "",
      `  ${name} (malformed) ${says}`,
      "",
      "Put them into the environment or a file named .env; .env.example explains each.",
      "To try Headgate without any of them, run: npm run practice",
    ].join("\n"),
  );
});

test("what is missing is said with where it is found", () => {
  expect(complaintAbout({}).split("\n").slice(2, -3)).toEqual([
    "  SLACK_BOT_TOKEN is the app's token: api.slack.com/apps, your app, OAuth & Permissions, Bot User OAuth Token",
    "  SLACK_SIGNING_SECRET proves that a request is Slack's: api.slack.com/apps, your app, Basic Information, Signing Secret",
    "  TWILIO_ACCOUNT_SID names the Twilio account: console.twilio.com, Account Info",
    "  TWILIO_AUTH_TOKEN is the Twilio account's secret: console.twilio.com, Account Info",
    "  PUBLIC_URL is the address under which Slack and Twilio reach this server",
    "  TIME_ZONE is the time zone of your members, such as America/Denver: this machine's own is UTC, or no place's",
    "  TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM says who texts: console.twilio.com, Messaging, Services, or Phone Numbers",
  ]);
});

test("a command that needs the database alone says no more than what is wrong with that", () => {
  const refused = () => readDatabaseConfig({ DATABASE_URL: "mysql://x", PORT: "loud" });
  expect(refused).toThrow(ConfigError);
  expect(refused).toThrow(
    /^These settings are missing or malformed:\n\n {2}DATABASE_URL \(malformed\) .*PostgreSQL$/,
  );
  expect(new ConfigError("x").name).toBe("ConfigError");
});

test("spaces around a setting are no part of it", () => {
  const config = readConfig({
    ...needed,
    HOST: " 127.0.0.1 ",
    BEGIN_ANEW: " 2026-03-03 ",
    ORGANIZATION_NAME: " Mill Creek ",
    COUNTRY: " CA ",
    DATABASE_URL: undefined,
  });
  expect(config).toMatchObject({ host: "127.0.0.1", beginAnew: "2026-03-03" });
  expect(settingsOf(config.settings)).toMatchObject({ organization: "Mill Creek", country: "CA" });
});

describe("who texts", () => {
  const service = `MG${"0".repeat(32)}`;

  test("the number, or the service, which goes first", () => {
    const { TWILIO_FROM, ...rest } = needed;
    expect(readConfig(needed).twilio.sender).toEqual({ from: TWILIO_FROM });
    for (const both of [rest, needed])
      expect(readConfig({ ...both, TWILIO_MESSAGING_SERVICE_SID: service }).twilio.sender).toEqual({
        messagingServiceSid: service,
      });
  });

  test("which number members text is known where it is the one that is set, and not a service's", () => {
    const told = (sender: Record<string, string>) => readCommandSettings(sender, "America/Boise").ourNumber;
    expect(told({ TWILIO_FROM: "+12065550199" })).toBe("+12065550199");
    expect(told({ TWILIO_FROM: "+12065550199", TWILIO_MESSAGING_SERVICE_SID: service })).toBeUndefined();
  });
});

test("Slack's token and address are read alone, for commands", () => {
  expect(readSlackAccess({ SLACK_BOT_TOKEN: "xoxb-1", PORT: "loud" })).toEqual({
    botToken: "xoxb-1",
    apiUrl: "https://slack.com/api/",
  });
});

test("Slack and Twilio may be this machine itself, by any of its names, and without a path", () => {
  for (const host of ["localhost", "127.0.0.1", "[::1]"]) {
    const at = `http://${host}:4000`;
    const { twilio, settings } = readConfig({
      ...needed,
      TWILIO_API_BASE_URL: at,
      TWILIO_MESSAGING_BASE_URL: `${at}/`,
    });
    expect([twilio.apiUrl, twilio.messagingUrl, settings.isPractice]).toEqual([at, `${at}/`, true]);
  }
});

describe("where things are", () => {
  const emptyFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), "headgate-config-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return folder;
  };

  test.each([".env", "data"])("a folder with %s is home, and one without is not", (name) => {
    const folder = emptyFolder();
    expect(findHome(folder)).toBe(fileURLToPath(new URL("../../", import.meta.url)));
    writeFileSync(join(folder, name), "");
    expect(findHome(folder)).toBe(folder);
  });

  test("the file's settings are read, and the environment's win", () => {
    vi.stubEnv("CONFIG_TEST_ONE", "the environment's");
    onTestFinished(() => {
      vi.unstubAllEnvs();
      delete process.env.CONFIG_TEST_TWO;
    });
    const folder = emptyFolder();
    expect(readEnvironment(folder).CONFIG_TEST_TWO).toBeUndefined();
    writeFileSync(join(folder, ".env"), "CONFIG_TEST_ONE=the file's\nCONFIG_TEST_TWO=the file's\n");
    expect(readEnvironment(folder)).toMatchObject({
      CONFIG_TEST_ONE: "the environment's",
      CONFIG_TEST_TWO: "the file's",
    });
  });

  test.runIf(process.platform !== "win32").each([
    [0o600, undefined],
    [0o400, undefined],
    [0o640, "640"],
    [0o604, "604"],
    [0o777, "777"],
  ])("a .env of mode %o", (mode, told) => {
    const file = join(emptyFolder(), ".env");
    expect(describeEnvMode(file)).toBeUndefined();
    writeFileSync(file, "");
    chmodSync(file, mode);
    expect(describeEnvMode(file)).toBe(
      told &&
        `Other users of this machine can get at the secrets in ${file} (its mode is ${told}). Run: chmod 600 ${file}`,
    );
  });

  test("Windows has no such modes, and nothing is said of them", () => {
    const file = join(emptyFolder(), ".env");
    writeFileSync(file, "");
    chmodSync(file, 0o666);
    const { platform } = process;
    onTestFinished(() => void Object.defineProperty(process, "platform", { value: platform }));
    Object.defineProperty(process, "platform", { value: "win32" });
    expect(describeEnvMode(file)).toBeUndefined();
  });

  test("who started it is where npm was called, or else where it runs", () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv("INIT_CWD", "/somewhere");
    expect(startedIn()).toBe("/somewhere");
    vi.stubEnv("INIT_CWD", undefined);
    expect(startedIn()).toBe(process.cwd());
  });

  test("practice reads its port and nothing else", () => {
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv("PORT", "3100");
    vi.stubEnv("TIME_ZONE", "EST");
    expect(readPracticePort()).toBe(3100);
    vi.stubEnv("PORT", undefined);
    expect(readPracticePort()).toBe(3000);
  });

  test("the machine's own time zone is what Node takes it for", () => {
    const { TIME_ZONE, ...rest } = needed;
    onTestFinished(() => void vi.unstubAllEnvs());
    vi.stubEnv("TZ", "America/Boise");
    expect(own(rest).timeZone).toBe("America/Boise");
  });
});

test.each([
  ["SLACK_BOT_TOKEN", "xoxp-1"],
  ["SLACK_SIGNING_SECRET", "short"],
  ["SLACK_ALERT_CHANNEL", "#board"],
  ["ADMIN_SLACK_USER_IDS", "ana, walt"],
  ["ADMIN_SLACK_USER_IDS", "xU0ANA"],
  ["ADMIN_SLACK_USER_IDS", "U0ANA, U0WALT!"],
  ["SLACK_API_URL", "http://slack.example/api/"],
  ["TWILIO_ACCOUNT_SID", "AC123"],
  ["TWILIO_AUTH_TOKEN", "x"],
  ["TWILIO_AUTH_TOKEN_SECONDARY", "x"],
  ["TWILIO_MESSAGING_SERVICE_SID", "MG1"],
  ["TWILIO_FROM", "206-555-0199"],
  ["TWILIO_API_BASE_URL", "api.twilio.com"],
  ["SEGMENTS_PER_SECOND", "0"],
  ["SEGMENTS_PER_SECOND", "fast"],
  ["QUESTIONS_NUMBER", "call us"],
  ["QUIET_HOURS", "08:00-21:00"],
  ["LONGEST_TEXT", "11"],
  ["PRICE_PER_SEGMENT", "-1"],
  ["CARRIER_FEE_PER_SEGMENT", "a bit"],
  ["PUBLIC_URL", "http://alerts.mill.example"],
  ["DATABASE_URL", "mysql://localhost/x"],
  ["HOST", "alerts.example.org"],
  ["HOST", "127.0.0.1:3000"],
  ["PORT", "99999"],
  ["TIME_ZONE", "Mars/Olympus"],
  ["TIME_ZONE", "EST"],
  ["TIME_ZONE", "MST"],
  ["TIME_ZONE", "EST5EDT"],
  ["TIME_ZONE", "GMT+5"],
  ["TIME_ZONE", "utc"],
  ["TIME_ZONE", "UTC-7"],
  ["TIME_ZONE", "-07:00"],
  ["TIME_ZONE", "Etc/UTC"],
  ["TIME_ZONE", "etc/gmt+7"],
  ["TIME_ZONE", "Mountain"],
  ["TIME_ZONE", "America/Denver MST"],
  ["COUNTRY", "USA"],
  ["COUNTRY", "the US"],
  ["COUNTRY", "XX"],
  ["ORGANIZATION_NAME", "x".repeat(41)],
  ["LOG_LEVEL", "loud"],
])("%s=%s is malformed, and said to be", (name, value) => {
  const complaint = complaintAbout({ ...needed, [name]: value });
  expect(complaint).toContain(`  ${name} (malformed)`);
  expect(complaint.match(/\(malformed\)/g)).toHaveLength(1);
});

describe("the time zone", () => {
  const { TIME_ZONE, ...rest } = needed;

  test.each(["America/Denver", "America/Argentina/Buenos_Aires", "US/Mountain", "Africa/Abidjan"])(
    "%s is a place, set or the machine's",
    (zone) => {
      expect(own({ ...rest, TIME_ZONE: ` ${zone} ` }, "UTC").timeZone).toBe(zone);
      expect(own(rest, zone).timeZone).toBe(zone);
      expect(own({ ...rest, TIME_ZONE: " " }, zone).timeZone).toBe(zone);
      expect(own({ ...rest, TIME_ZONE }, zone).timeZone).toBe("America/Denver");
    },
  );

  // What Node says of a machine that is set to UTC, to nothing, to what is no zone, or to an abbreviation.
  test.each(["UTC", "Etc/UTC", "Etc/Unknown", "", "EST5EDT", "Mars/Olympus"])(
    "a machine's %s is never taken silently: it is asked for, with an example",
    (zone) => {
      expect(complaintAbout(rest, zone)).toMatch(/^ {2}TIME_ZONE is the time zone .*America\/Denver/m);
    },
  );

  test("for commands the machine's own serves as well, and only where it is a place", () => {
    expect(readCommandSettings({}, "America/Boise").defaults.TIME_ZONE).toBe("America/Boise");
    expect(readCommandSettings({ TIME_ZONE }, "America/Boise").given).toEqual({ TIME_ZONE });
    expect(() => readCommandSettings({}, "UTC")).toThrow("TIME_ZONE is the time zone of your members");
  });

  test("an abbreviation is refused by name, with what to write", () => {
    expect(complaintAbout({ ...rest, TIME_ZONE: "EST" })).toMatch(
      /TIME_ZONE \(malformed\) .*America\/Denver: EST/,
    );
  });

  test("whatever is let in can be told the time by", () => {
    const part = fc.constantFrom(
      "America",
      "Etc",
      "Denver",
      "UTC",
      "EST",
      "GMT+5",
      "/",
      "-07:00",
      "Unknown",
      "",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 3 }), (parts) => {
        const zone = parts.join("");
        const isAsked = complaintAbout(rest, zone) !== "";
        if (!isAsked) expect(describeTime(new Date(0), own(rest, zone).timeZone)).toContain("19");
        expect(isAsked).toBe(zone !== "America/Denver");
      }),
    );
  });
});

test("the co-op's country is read as it is meant, for commands too", () => {
  expect(readConfig({ ...needed, COUNTRY: " ca " }).settings.country).toBe("CA");
  expect(readCommandSettings({ COUNTRY: "mx" }, "America/Boise").country).toBe("MX");
  expect(readCommandSettings({}, "America/Boise").country).toBe("US");
});

test("a default goes through the same checks as what is given", () => {
  const source = readFileSync(new URL("../../src/config.ts", import.meta.url), "utf8");
  expect(source).not.toMatch(/\.(default|catch)\(/);
});

test("a complaint never repeats a secret", () => {
  expect(complaintAbout({ ...needed, SLACK_BOT_TOKEN: "xoxp-secret" })).not.toContain("xoxp-secret");
});

test("lists, addresses and rotation are read as they are meant", () => {
  const config = readConfig({
    ...needed,
    ADMIN_SLACK_USER_IDS: " U0ANA, W0WALT;U0JUNE ",
    PUBLIC_URL: "https://alerts.mill.example//",
    TWILIO_AUTH_TOKEN_SECONDARY: "e".repeat(32),
  });
  expect(config.slack.firstAdmins).toEqual(["U0ANA", "W0WALT", "U0JUNE"]);
  expect(config.publicUrl).toBe("https://alerts.mill.example");
  expect(config.twilio.authTokens).toEqual(["f".repeat(32), "e".repeat(32)]);
});

test.each([
  [{ SLACK_API_URL: "http://localhost:4000/api/", TWILIO_API_BASE_URL: "http://127.0.0.1:4000" }, true],
  [{ TWILIO_API_BASE_URL: "http://localhost:4000/" }, true],
  [{ SLACK_API_URL: "http://localhost:4000/api/" }, false],
  [{ TWILIO_API_BASE_URL: "https://api.twilio.com/", SLACK_API_URL: "https://slack.com/api" }, false],
  [{ TWILIO_API_BASE_URL: "https://api.dublin.ie1.twilio.com" }, false],
])("it is practice just when Twilio is on this machine: %j", (local, isPractice) => {
  expect(readConfig({ ...needed, ...local }).settings.isPractice).toBe(isPractice);
});

test.each(["https://a.example/?x=1", "https://a.example/#f", "https://u:p@a.example"])(
  "%s can't be the public address",
  (url) => expect(complaintAbout({ ...needed, PUBLIC_URL: url })).toContain("PUBLIC_URL (malformed)"),
);

test("the database's URL alone needs no other setting", () => {
  expect(readDatabaseConfig({}).url).toBeUndefined();
  expect(readDatabaseConfig({ DATABASE_URL: "postgres://localhost/x" }).url).toBe("postgres://localhost/x");
});
