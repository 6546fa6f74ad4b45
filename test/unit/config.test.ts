import { expect, test } from "vitest";
import { ConfigError, readConfig, readDatabaseConfig } from "../../src/config.ts";

const needed = {
  SLACK_BOT_TOKEN: "xoxb-1-2-abc",
  SLACK_SIGNING_SECRET: "0123456789abcdef0123456789abcdef",
  TWILIO_ACCOUNT_SID: `AC${"0".repeat(32)}`,
  TWILIO_AUTH_TOKEN: "f".repeat(32),
  TWILIO_FROM: "+12065550199",
  PUBLIC_URL: "https://alerts.mill.example",
};

function complaintAbout(environment: Record<string, string | undefined>): string {
  try {
    readConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.message;
    throw error;
  }
  return "";
}

test("with what is needed, the rest has sensible defaults", () => {
  expect(readConfig(needed)).toMatchObject({
    slack: { apiUrl: "https://slack.com/api/", channel: undefined, firstAdmins: [] },
    twilio: {
      apiUrl: "https://api.twilio.com",
      authTokens: ["f".repeat(32)],
      sender: { from: "+12065550199" },
    },
    settings: { segmentsPerSecond: 3, pricePerSegment: 0.0083, isPractice: false },
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

test.each([
  ["SLACK_BOT_TOKEN", "xoxp-1"],
  ["SLACK_SIGNING_SECRET", "short"],
  ["SLACK_ALERT_CHANNEL", "#board"],
  ["ADMIN_SLACK_USER_IDS", "ana, walt"],
  ["SLACK_API_URL", "http://slack.example/api/"],
  ["TWILIO_ACCOUNT_SID", "AC123"],
  ["TWILIO_AUTH_TOKEN", "x"],
  ["TWILIO_AUTH_TOKEN_SECONDARY", "x"],
  ["TWILIO_MESSAGING_SERVICE_SID", "MG1"],
  ["TWILIO_FROM", "206-555-0199"],
  ["TWILIO_API_BASE_URL", "api.twilio.com"],
  ["SEGMENTS_PER_SECOND", "0"],
  ["SEGMENTS_PER_SECOND", "fast"],
  ["PRICE_PER_SEGMENT", "-1"],
  ["PUBLIC_URL", "http://alerts.mill.example"],
  ["DATABASE_URL", "mysql://localhost/x"],
  ["PORT", "99999"],
  ["TIME_ZONE", "Mars/Olympus"],
  ["ORGANIZATION_NAME", "x".repeat(41)],
  ["LOG_LEVEL", "loud"],
])("%s=%s is malformed, and said to be", (name, value) => {
  const complaint = complaintAbout({ ...needed, [name]: value });
  expect(complaint).toContain(`  ${name} (malformed)`);
  expect(complaint.match(/\(malformed\)/g)).toHaveLength(1);
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
