// An admin changes one of the co-op's own settings: it is kept with what was before, and all instances hear of it.
import { expect, onTestFinished, test } from "vitest";
import type { Actor } from "../../src/audit/audit.ts";
import { listAllEntries } from "../../src/audit/audit.ts";
import type { Connection } from "../../src/db/open.ts";
import { listenForSignals } from "../../src/db/signals.ts";
import { createLog } from "../../src/log.ts";
import { ownDefaults } from "../../src/own-settings.ts";
import { changeSetting, describeSettings, type SettingChange } from "../../src/settings/change.ts";
import { openLiveSettings } from "../../src/settings/live.ts";
import { ownNames, readSettings, readTimeZone } from "../../src/settings/settings.ts";
import { describeEntry } from "../../src/slack/log/entries.ts";
import { connectTo, createTestDatabase, openTestDatabase } from "../helpers/database.ts";
import { eventually } from "../helpers/eventually.ts";
import { isLockAwaited } from "../helpers/locks.ts";

const server = {
  given: { PRICE_PER_SEGMENT: " $0.02 " },
  defaults: { ...ownDefaults, TIME_ZONE: "America/Denver" },
  country: "US" as const,
  isPractice: true,
};
const ana: Actor = { teamId: "T1", userId: "U0ANA" };

const changing =
  ({ db }: Connection) =>
  (change: SettingChange, actor: Actor = ana) =>
    db.transaction((tx) => changeSetting(tx, change, actor, server));

test("a change holds, says who made it and when, and what was before stays on record", async () => {
  const connection = await openTestDatabase();
  const { db } = connection;
  const change = changing(connection);
  const shown = async () => {
    const all = await describeSettings(db, server);
    const [pace] = all.filter(({ name }) => name === "SEGMENTS_PER_SECOND");
    return { value: pace?.value, typed: pace?.typed, from: pace?.from, by: pace?.changed?.actor };
  };
  const name = "SEGMENTS_PER_SECOND";
  expect(await shown()).toEqual({
    value: "3 segments a second",
    typed: "",
    from: "default",
    by: undefined,
  });

  expect(await change({ name, typed: " 12 ", seen: 0 })).toEqual({ outcome: "changed" });
  expect(await change({ name, typed: "12", seen: 1 })).toEqual({ outcome: "unchanged" });
  expect(await change({ name, typed: "75", seen: 1 }, "command line")).toEqual({ outcome: "changed" });
  expect(await shown()).toEqual({
    value: "75 segments a second",
    typed: "75",
    from: "an admin",
    by: "command line",
  });
  expect(await change({ name, typed: "  ", seen: 2 })).toEqual({ outcome: "changed" });
  expect(await shown()).toEqual({ value: "3 segments a second", typed: "", from: "default", by: "U0ANA" });

  const refused = await change({ name, typed: "fast", seen: 3 });
  expect(refused).toEqual({
    outcome: "refused",
    problem: expect.stringMatching(/^Pace must be a number .*\.$/),
  });
  expect((await readSettings(db, server)).segmentsPerSecond).toBe(3);
  const entries = await listAllEntries(db);
  expect(entries.map(({ actor, ...entry }) => `${actor}: ${describeEntry(entry)}`)).toEqual([
    "U0ANA: changed Pace to 12; before: not set",
    "command line: changed Pace to 75; before: 12",
    "U0ANA: changed Pace to not set; before: 75",
  ]);
});

test("what the server sets wins, is shown so, and can't be changed", async () => {
  const connection = await openTestDatabase();
  const { db } = connection;
  const name = "PRICE_PER_SEGMENT";
  // From before somebody put it on the server.
  await db.transaction((tx) => changeSetting(tx, { name, typed: "0.5", seen: 0 }, ana, { given: {} }));
  expect(await changing(connection)({ name, typed: "0.01", seen: 1 })).toEqual({
    outcome: "set on the server",
  });
  const all = await describeSettings(db, server);
  expect(all.map(({ name }) => name)).toEqual(ownNames);
  expect(all.find((each) => each.name === name)).toMatchObject({
    value: "$0.02",
    typed: "$0.02",
    from: "the server",
  });
  expect((await readSettings(db, server)).pricePerSegment).toBe(0.02);
});

test("of two admins the second is told, whether they press one after the other or at once", async () => {
  const connection = await openTestDatabase();
  const change = changing(connection);
  const name = "ORGANIZATION_NAME";
  expect(await change({ name, typed: "Mill Creek", seen: 0 })).toEqual({ outcome: "changed" });
  expect(await change({ name, typed: "Mill Creek Water", seen: 0 })).toEqual({
    outcome: "changed meanwhile",
  });

  // The second has looked, too, before the first is committed.
  const first = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  const one = connection.db.transaction(async (tx) => {
    const outcome = await changeSetting(tx, { name, typed: "One", seen: 1 }, ana, server);
    begun.resolve();
    await first.promise;
    return outcome;
  });
  await begun.promise;
  const two = change({ name, typed: "Two", seen: 1 });
  await eventually(() => isLockAwaited(connection.client, "settings"), "the second to wait");
  first.resolve();
  expect([await one, await two]).toEqual([{ outcome: "changed" }, { outcome: "changed meanwhile" }]);
  expect((await readSettings(connection.db, server)).organization).toBe("One");
});

test("commands tell the time by what an admin has chosen, where the server does not say", async () => {
  const connection = await openTestDatabase();
  const clock = (given = {}) => readTimeZone(connection.db, { ...server, given });
  expect(await clock()).toBe("America/Denver");
  await changing(connection)({ name: "TIME_ZONE", typed: "America/Boise", seen: 0 });
  expect([await clock(), await clock({ TIME_ZONE: "America/Chicago" })]).toEqual([
    "America/Boise",
    "America/Chicago",
  ]);
});

test("another instance hears of it at the commit", async () => {
  const url = await createTestDatabase();
  const [here, there] = [connectTo(url), connectTo(url)];
  const live = await openLiveSettings(there.db, server, createLog("silent"));
  const heard = Promise.withResolvers<void>();
  const stop = await listenForSignals(
    there,
    ({ about }) => about === "settings" && void live.refresh().then(heard.resolve),
    () => {},
  );
  onTestFinished(stop);
  const before = live.now();
  await changing(here)({ name: "LONGEST_TEXT", typed: "2", seen: 0 });
  await heard.promise;
  expect([before.longestText, live.now().longestText]).toEqual([6, 2]);
});
