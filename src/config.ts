// The only reader of the environment. Everything else receives what this file made of it.
import { existsSync, statSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CountryCode, isSupportedCountry } from "libphonenumber-js/max";
import { z } from "zod";
import { isPlace, number, type OwnTexts, ownDefaults, ownSchemas, type QuietHours } from "./own-settings.ts";

const DEFAULT_SLACK_API = "https://slack.com/api/";
const DEFAULT_TWILIO_API = "https://api.twilio.com";
/** This machine itself. */
const LOOPBACK = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A web address that nobody on the way can read: https, or this machine itself. */
const safeUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url?.protocol === "https:" || (url?.protocol === "http:" && LOOPBACK.has(url.hostname));
};
const url = (what: string) =>
  z.string(`is ${what}`).refine(safeUrl, `must be a web address that begins with https:// (${what})`);
/** A web address that a path can be added to. */
const plainUrl = (what: string) =>
  url(what).refine((text) => {
    const { search, hash, username } = new URL(URL.canParse(text) ? text : "https://x");
    return search + hash + username === "";
  }, "must have no ?, # or user name");
const list = (item: RegExp, problem: string) =>
  z
    .string()
    .transform((text) => text.split(/[\s,;]+/).filter(Boolean))
    .refine((items) => items.every((each) => item.test(each)), problem);

const USER_ID = /^[UW][A-Z0-9]{2,}$/;
const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const databaseUrl = z
  .string()
  .regex(/^postgres(ql)?:\/\//, "must begin with postgres:// ; leave it out to use the built-in PostgreSQL")
  .optional();
const databaseSettings = {
  DATABASE_URL: databaseUrl,
  MIGRATION_DATABASE_URL: databaseUrl,
};

const slackSettings = {
  SLACK_BOT_TOKEN: z
    .string("is the app's token: api.slack.com/apps, your app, OAuth & Permissions, Bot User OAuth Token")
    .regex(/^xoxb-\S+$/, "must begin with xoxb- (api.slack.com/apps, your app, OAuth & Permissions)"),
  SLACK_API_URL: url("leave it out for Slack's own").prefault(DEFAULT_SLACK_API),
};

// A default goes through the same checks as what is given: `prefault`, and never `default`.
const liveSettings = {
  ...databaseSettings,
  ...slackSettings,
  SLACK_SIGNING_SECRET: z
    .string(
      "proves that a request is Slack's: api.slack.com/apps, your app, Basic Information, Signing Secret",
    )
    .regex(/^\S{8,}$/, "must be the Signing Secret (api.slack.com/apps, your app, Basic Information)"),
  ADMIN_SLACK_USER_IDS: list(
    USER_ID,
    "must be member IDs such as U0123ABCD, separated by commas (profile, three dots, Copy member ID)",
  ).prefault(""),
  TWILIO_ACCOUNT_SID: z
    .string("names the Twilio account: console.twilio.com, Account Info")
    .regex(/^AC[0-9a-fA-F]{32}$/, "must be AC and 32 characters (console.twilio.com, Account Info)"),
  TWILIO_AUTH_TOKEN: z
    .string("is the Twilio account's secret: console.twilio.com, Account Info")
    .regex(/^\S{8,}$/, "must be the Auth Token (console.twilio.com, Account Info)"),
  TWILIO_AUTH_TOKEN_SECONDARY: z
    .string()
    .regex(/^\S{8,}$/, "must be Twilio's secondary Auth Token")
    .optional(),
  TWILIO_MESSAGING_SERVICE_SID: z
    .string()
    .regex(/^MG[0-9a-fA-F]{32}$/, "must be MG and 32 characters (console.twilio.com, Messaging, Services)")
    .optional(),
  TWILIO_FROM: z
    .string()
    .regex(/^(\+[1-9]\d{6,14}|\d{5,6})$/, "must be a phone number such as +12065550100, or a short code")
    .optional(),
  TWILIO_API_BASE_URL: url("leave it out for Twilio's own")
    .refine((text) => !URL.canParse(text) || new URL(text).pathname === "/", "must have no path")
    .prefault(DEFAULT_TWILIO_API),
  TWILIO_MESSAGING_BASE_URL: url("leave it out for Twilio's own")
    .refine((text) => !URL.canParse(text) || new URL(text).pathname === "/", "must have no path")
    .optional(),
  PUBLIC_URL: plainUrl("the address under which Slack and Twilio reach this server").transform((text) =>
    text.replace(/\/+$/, ""),
  ),
  HOST: z
    .string()
    .trim()
    .refine(
      (text) => text === "localhost" || isIP(text) > 0,
      "must be an address of this machine, such as 127.0.0.1",
    )
    .optional(),
  PORT: number(0, 65_535, "a port").int("must be a whole number").prefault(3000),
  BEGIN_ANEW: z
    .string()
    .trim()
    .regex(/^\d{4}-\d\d-\d\d$/, "must be a day such as 2026-03-03: the one on which you begin anew")
    .optional(),
  KEEP_LOGS_DAYS: number(7, 3650, "how many days the gateway's reports and the database's log are kept")
    .int("must be a whole number of days")
    .prefault(90),
  COUNTRY: z
    .string()
    .trim()
    .toUpperCase()
    .refine(
      (code): code is CountryCode => isSupportedCountry(code),
      "must be a country's two letters, such as US, CA or MX",
    )
    .prefault("US"),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(", ")}`).prefault("info"),
};

/** What is not here may stand in the database, or holds without being set. Only the time zone must be known. */
const ownSettings = { ...z.object(ownSchemas).partial().shape, TIME_ZONE: ownSchemas.TIME_ZONE };

const LiveSettings = z
  .object({ ...liveSettings, ...ownSettings })
  .refine((s) => s.TWILIO_MESSAGING_SERVICE_SID !== undefined || s.TWILIO_FROM !== undefined, {
    path: ["TWILIO_MESSAGING_SERVICE_SID or TWILIO_FROM"],
    message: "says who texts: console.twilio.com, Messaging, Services, or Phone Numbers",
    // Told together with everything else that is missing, and not only once the rest is there.
    when: () => true,
  });

/** A setting is missing or malformed; the message is for the person who starts Headgate. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export type Environment = Record<string, string | undefined>;

const ENV_FILE = ".env";

/** The process's environment with what stands in `.env` in this folder; the environment wins. */
export function readEnvironment(folder = process.cwd()): Environment {
  const file = join(folder, ENV_FILE);
  if (existsSync(file)) process.loadEnvFile(file);
  return process.env;
}

/** What to say where others on this machine can read or change the secrets; nothing where all is well. */
export function describeEnvMode(file = ENV_FILE): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  // Windows has no such modes.
  if (!found || process.platform === "win32" || (found.mode & 0o077) === 0) return undefined;
  const mode = (found.mode & 0o777).toString(8);
  return `Other users of this machine can get at the secrets in ${file} (its mode is ${mode}). Run: chmod 600 ${file}`;
}

const FOR_NPM_START = [
  "Put them into the environment or a file named .env; .env.example explains each.",
  "To try Headgate without any of them, run: npm run practice",
];

/** An empty setting is one that was not filled in. */
const filledIn = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));

/** @param advice what the message ends with */
function parse<Schema extends z.ZodType>(
  schema: Schema,
  environment: Environment,
  advice: readonly string[] = [],
): z.infer<Schema> {
  const given = filledIn(environment);
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `  ${path.join(".")}${path.join(".") in given ? " (malformed)" : ""} ${message}`,
  );
  const head = "These settings are missing or malformed:";
  throw new ConfigError([head, "", ...problems, ...(advice.length > 0 ? ["", ...advice] : [])].join("\n"));
}

export type DatabaseConfig = {
  /** The role that the app runs as; without one the built-in PostgreSQL serves. */
  url: string | undefined;
  /** The role that owns the tables, where it is another. */
  migrationUrl: string | undefined;
};

/** What messages are written with, and estimates counted by, as it is just now. Passed on as one value. */
export type Settings = {
  /** The co-op's name, as its texts say it. */
  organization: string | undefined;
  /** Whom members call with questions, as they dial it. */
  questionsNumber: string | undefined;
  timeZone: string;
  /** The co-op's own: a number without a country's code is one of it. */
  country: CountryCode;
  /** In dollars, without what the carriers add to it. */
  pricePerSegment: number;
  /** In dollars; 0 where the price has it already, or there is none. */
  carrierFeePerSegment: number;
  /** The pace, over all instances. */
  segmentsPerSecond: number;
  /** In which only an emergency should go out. */
  quietHours: QuietHours;
  /** In segments. */
  longestText: number;
  /** The board's, by its id. */
  channel: string | undefined;
  /** Texts go to a stand-in on this machine, and reach no phone. */
  isPractice: boolean;
};

/** The part of the environment in that: settings/ makes the settings of it and of what admins have changed. */
export type ServerSettings = Pick<Settings, "country" | "isPractice"> & {
  /** Set on the server: nobody can change it in Slack. */
  given: OwnTexts;
  /** What holds where nothing is set. */
  defaults: OwnTexts;
};

const databaseOf = (s: {
  DATABASE_URL?: string | undefined;
  MIGRATION_DATABASE_URL?: string | undefined;
}) => ({
  url: s.DATABASE_URL,
  migrationUrl: s.MIGRATION_DATABASE_URL,
});

/** What Node takes the machine's time zone to be: nothing, where TZ is set to no zone at all. */
const machinesOwn = (): string => {
  const { timeZone }: { timeZone?: string } = Intl.DateTimeFormat().resolvedOptions();
  return timeZone ?? "";
};

/** The machine's own time zone serves where none is set, but never as UTC: that is nobody's at a co-op. */
const withTimeZone = (environment: Environment, machines: string): Environment =>
  environment.TIME_ZONE?.trim() || !isPlace(machines) ? environment : { ...environment, TIME_ZONE: machines };

/** @param environment that was read without an error */
function ownOf(environment: Environment, machines: string): Pick<ServerSettings, "given" | "defaults"> {
  const filled = filledIn(environment);
  return {
    given: Object.fromEntries(
      ownNames.flatMap((name) => (filled[name] === undefined ? [] : [[name, filled[name]]])),
    ),
    defaults: isPlace(machines) ? { ...ownDefaults, TIME_ZONE: machines } : ownDefaults,
  };
}
const ownNames = z.object(ownSchemas).keyof().options;

/** @throws ConfigError that names every missing or malformed setting at once */
export function readConfig(environment: Environment, machinesTimeZone = machinesOwn()) {
  const s = parse(LiveSettings, withTimeZone(environment, machinesTimeZone), FOR_NPM_START);
  const secondary = s.TWILIO_AUTH_TOKEN_SECONDARY === undefined ? [] : [s.TWILIO_AUTH_TOKEN_SECONDARY];
  const sender =
    s.TWILIO_MESSAGING_SERVICE_SID === undefined
      ? { from: s.TWILIO_FROM ?? "" }
      : { messagingServiceSid: s.TWILIO_MESSAGING_SERVICE_SID };
  return {
    slack: {
      botToken: s.SLACK_BOT_TOKEN,
      signingSecret: s.SLACK_SIGNING_SECRET,
      apiUrl: s.SLACK_API_URL,
      firstAdmins: s.ADMIN_SLACK_USER_IDS,
    },
    twilio: {
      accountSid: s.TWILIO_ACCOUNT_SID,
      authTokens: [s.TWILIO_AUTH_TOKEN, ...secondary] satisfies [string, ...string[]],
      sender,
      apiUrl: s.TWILIO_API_BASE_URL,
      messagingUrl: s.TWILIO_MESSAGING_BASE_URL,
    },
    settings: {
      ...ownOf(environment, machinesTimeZone),
      country: s.COUNTRY,
      isPractice: LOOPBACK.has(new URL(s.TWILIO_API_BASE_URL).hostname),
    } satisfies ServerSettings,
    /** Without a slash at its end. */
    publicUrl: s.PUBLIC_URL,
    database: databaseOf(s),
    /** The day on which a new database is meant to be new. */
    beginAnew: s.BEGIN_ANEW,
    /** Where it listens; without one, at every address of the machine. */
    host: s.HOST,
    port: s.PORT,
    logLevel: s.LOG_LEVEL,
    /** What only tells how something came about, such as status callbacks, is kept this long. */
    keepDays: s.KEEP_LOGS_DAYS,
  };
}

export type Config = ReturnType<typeof readConfig>;

/** For commands that need the database alone. @throws ConfigError */
export const readDatabaseConfig = (environment: Environment): DatabaseConfig =>
  databaseOf(parse(z.object(databaseSettings), environment));

/** For commands that also ask Slack. @throws ConfigError */
export function readSlackAccess(environment: Environment): { botToken: string; apiUrl: string } {
  const s = parse(z.object(slackSettings), environment);
  return { botToken: s.SLACK_BOT_TOKEN, apiUrl: s.SLACK_API_URL };
}

export type CommandSettings = Pick<ServerSettings, "given" | "defaults" | "country"> & {
  /** Which number to text, where it is known. */
  ourNumber: string | undefined;
};

/** For commands that read phones, and tell people when something was. @throws ConfigError */
export function readCommandSettings(
  environment: Environment,
  machinesTimeZone = machinesOwn(),
): CommandSettings {
  const { COUNTRY, TWILIO_FROM, TWILIO_MESSAGING_SERVICE_SID } = liveSettings;
  const { TIME_ZONE } = ownSchemas;
  const told = z.object({ TIME_ZONE, COUNTRY, TWILIO_FROM, TWILIO_MESSAGING_SERVICE_SID });
  const s = parse(told, withTimeZone(environment, machinesTimeZone));
  // The numbers of a service are known to Twilio alone.
  const ourNumber = s.TWILIO_MESSAGING_SERVICE_SID === undefined ? s.TWILIO_FROM : undefined;
  return { ...ownOf(environment, machinesTimeZone), country: s.COUNTRY, ourNumber };
}

/** Practice reads this one setting and no other. @throws ConfigError */
export function readPracticePort(): number {
  return parse(z.object({ PORT: liveSettings.PORT }), process.env).PORT;
}

/** Where `.env` and `data` are, for the command line: here, or where npm runs everything. */
export const findHome = (here = process.cwd()): string =>
  [".env", "data"].some((name) => existsSync(join(here, name)))
    ? here
    : fileURLToPath(new URL("..", import.meta.url));

/** Where the person is: npm itself runs everything in the project's folder. */
export const startedIn = (): string => process.env.INIT_CWD ?? process.cwd();
