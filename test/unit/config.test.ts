import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConfigError, readConfig, readDatabaseConfig, readTold } from "../../src/config.ts";
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

test("with what is needed, the rest has sensible defaults", () => {
  expect(readConfig(needed)).toMatchObject({
    slack: { apiUrl: "https://slack.com/api/", channel: undefined, firstAdmins: [] },
    twilio: {
      apiUrl: "https://api.twilio.com",
      authTokens: ["f".repeat(32)],
      sender: { from: "+12065550199" },
    },
    settings: {
      country: "US",
      segmentsPerSecond: 3,
      pricePerSegment: 0.0083,
      carrierFeePerSegment: 0.0045,
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
      expect(readConfig({ ...rest, TIME_ZONE: ` ${zone} ` }, "UTC").settings.timeZone).toBe(zone);
      expect(readConfig(rest, zone).settings.timeZone).toBe(zone);
      expect(readConfig({ ...rest, TIME_ZONE: " " }, zone).settings.timeZone).toBe(zone);
      expect(readConfig({ ...rest, TIME_ZONE }, zone).settings.timeZone).toBe("America/Denver");
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
    expect(readTold({}, "America/Boise").timeZone).toBe("America/Boise");
    expect(readTold({ TIME_ZONE }, "America/Boise").timeZone).toBe("America/Denver");
    expect(() => readTold({}, "UTC")).toThrow("TIME_ZONE is the time zone of your members");
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
        if (!isAsked)
          expect(describeTime(new Date(0), readConfig(rest, zone).settings.timeZone)).toContain("19");
        expect(isAsked).toBe(zone !== "America/Denver");
      }),
    );
  });
});

test("the co-op's country is read as it is meant, for commands too", () => {
  expect(readConfig({ ...needed, COUNTRY: " ca " }).settings.country).toBe("CA");
  expect(readTold({ COUNTRY: "mx" }, "America/Boise").country).toBe("MX");
  expect(readTold({}, "America/Boise").country).toBe("US");
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
