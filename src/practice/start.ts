// The same app in a made-up world. Practice and the story tests begin here.
import { stringify } from "csv-stringify/sync";
import { type AppOptions, type HeadgateApp, startApp } from "../app.ts";
import { addBoardMember, savePhone } from "../board/allowlist.ts";
import { readConfig } from "../config.ts";
import { migrateDatabase } from "../db/migrate.ts";
import { type Database, openDatabase } from "../db/open.ts";
import { barredPhones } from "../db/schema.ts";
import { freezeNext } from "../deliveries/freeze.ts";
import { freePort } from "../free-port.ts";
import { TWILIO } from "../gateways/twilio/name.ts";
import { importMembers } from "../members/import.ts";
import { optOut } from "../opt-outs/opt-outs.ts";
import type { OwnTexts } from "../own-settings.ts";
import { changeSetting } from "../settings/change.ts";
import { ownNames } from "../settings/settings.ts";
import { board, channels, cooperative, members, optedOut, timeZone } from "./co-op/people.ts";
import { TEAM_ID } from "./stand-ins/slack/workspace.ts";
import { startWorld, type World, type WorldOptions } from "./world.ts";

export type PracticeOptions = WorldOptions &
  Pick<AppOptions, "log" | "database" | "filesFolder" | "now" | "random" | "rhythm"> & {
    /** The invented co-op is in this database already. */
    isFilled?: boolean;
    /** Settings in place of those of practice. */
    settings?: Record<string, string>;
  };

export type Practice = { world: World; app: HeadgateApp; close(): Promise<void> };

/** The environment is not read: no live credentials can get in here. */
export async function startPractice({ isFilled, settings, ...options }: PracticeOptions): Promise<Practice> {
  const world = await startWorld(options);
  try {
    if (!isFilled) {
      await migrateDatabase(options.database);
      await fillCooperative(options.database.url);
    }
    // The app must know its own address before it listens.
    const port = await freePort();
    const config = practiceConfig(world, port, settings);
    // Before the app starts, which looks at once whether texts reach it.
    connectWorld(world, config.port);
    const app = await startApp({ ...options, config });
    const reader = openDatabase(options.database.url, { maxConnections: 1 });
    world.askWhoIsLeftOut(() => readLeftOut(reader.db));
    const close = async () => {
      await app.stop();
      await reader.close();
      await world.close();
    };
    return { world, app, close };
  } catch (error) {
    await world.close();
    throw error;
  }
}

/** From now on the stand-ins send what people do to the app at this port. */
export function connectWorld({ slack, twilio }: World, port: number): void {
  slack.connect(`http://localhost:${port}`);
  twilio.connect({ inboundUrl: `http://localhost:${port}/twilio/inbound#rc=3&rp=all` });
}

/** What the co-op's admins may change in Slack is not set here: it would win. */
export const practiceConfig = (world: World, port: number, settings: Record<string, string> = {}) =>
  readConfig({ ...accessTo(world, port), ...settings }, timeZone);

/** The environment with which the live app would speak to this world. */
export const settingsFor = (world: World, port: number): Record<string, string> => ({
  ...accessTo(world, port),
  ...chosen,
  TIME_ZONE: timeZone,
});

/** What the co-op's admins have chosen. */
const chosen: OwnTexts = {
  ORGANIZATION_NAME: cooperative,
  SEGMENTS_PER_SECOND: "12",
  SLACK_ALERT_CHANNEL: channels.board.id,
};

function accessTo({ slack, twilio, url, messagingUrl }: World, port: number): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: `${url}/slack/api/`,
    ADMIN_SLACK_USER_IDS: board
      .filter(({ role }) => role === "admin")
      .map(({ userId }) => userId)
      .join(","),
    TWILIO_ACCOUNT_SID: twilio.accountSid,
    TWILIO_AUTH_TOKEN: twilio.authToken,
    TWILIO_FROM: twilio.from,
    TWILIO_API_BASE_URL: url,
    TWILIO_MESSAGING_BASE_URL: messagingUrl,
    PUBLIC_URL: `http://localhost:${port}`,
    PORT: String(port),
  };
}

/** The phones that get no alert just now, and why. */
async function readLeftOut(db: Database): Promise<ReadonlyMap<string, string>> {
  const barred = await db.select().from(barredPhones);
  return new Map(barred.map(({ phone, optedOut }) => [phone, optedOut ? "opted out" : "can't get texts"]));
}

/** Its members, its board and its settings, in a database that is migrated. */
export async function fillCooperative(databaseUrl: string): Promise<void> {
  const { db, close } = openDatabase(databaseUrl, { maxConnections: 1 });
  try {
    const list = Buffer.from(stringify([...members], { header: true }));
    const freeze = () => freezeNext(db, TWILIO);
    const { outcome } = await importMembers(db, list, {
      actor: "command line",
      freezeNext: freeze,
      timeZone,
      country: "US",
    });
    if (outcome !== "imported") throw new Error("The invented co-op's own list asks something.");
    await db.transaction(async (tx) => {
      for (const phone of optedOut) await optOut(tx, phone, "practice", "member");
    });
    await db.transaction(async (tx) => {
      for (const name of ownNames) {
        const change = { name, typed: chosen[name] ?? "", seen: 0 };
        await changeSetting(tx, change, "command line", { given: {} });
      }
    });
    for (const { userId, role, phone } of board) {
      const user = { teamId: TEAM_ID, userId };
      await addBoardMember(db, user, role, "command line", { isConfirmed: true });
      if (phone !== null) await db.transaction((tx) => savePhone(tx, user, phone, "command line"));
    }
  } finally {
    await close();
  }
}
