// "Has changed" says what has: whoever is asked again reads it at the top of the review.
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { countAudience } from "../../src/alerts/audience.ts";
import { describeNews, lastNews } from "../../src/alerts/what-changed.ts";
import type { Database } from "../../src/db/open.ts";
import { alerts, members, unusablePhones, zones } from "../../src/db/schema.ts";
import { optIn, optOut } from "../../src/opt-outs/opt-outs.ts";
import { insertAlert } from "../helpers/alerts.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { addMembers, removeMembers, setPhone } from "../helpers/members.ts";

const phone = (n: number) => `+1206555${String(n).padStart(4, "0")}`;

/** Two zones; the review is of the first. Phones 1 to 4 are there, 5 elsewhere; 6 has opted out. */
async function reviewed() {
  const { db } = await openTestDatabase();
  const [north, south] = await db
    .insert(zones)
    .values([
      { name: "North", key: "north" },
      { name: "South", key: "south" },
    ])
    .returning({ id: zones.id });
  const [here, there] = [north?.id ?? 0, south?.id ?? 0];
  const member = (n: number, zoneId: number) => ({
    account: `${n}`,
    name: `M ${n}`,
    phone: phone(n),
    zoneId,
  });
  await addMembers(db, [...[1, 2, 3, 4, 6].map((n) => member(n, here)), member(5, there)]);
  await db.transaction((tx) => optOut(tx, phone(6), "sms STOP", "member"));
  const before = (await countAudience(db, [here])).reached;
  const { alertId } = await insertAlert(db, [], { zoneIds: [here] });
  await db.update(alerts).set({ newsSeen: lastNews }).where(eq(alerts.id, alertId));
  const asked = async () => {
    const now = (await countAudience(db, [here])).reached;
    return describeNews(db, { alertId, zoneIds: [here], before, now });
  };
  return { db, here, there, member, asked };
}

type Reviewed = Awaited<ReturnType<typeof reviewed>>;
const isOf = (n: number) => eq(members.account, `${n}`);
const move = ({ db }: Reviewed, n: number, zoneId: number) =>
  db.update(members).set({ zoneId }).where(isOf(n));
const stop = (db: Database, n: number) => db.transaction((tx) => optOut(tx, phone(n), "sms STOP", "member"));

test.each<[words: string | undefined, deed: (scene: Reviewed) => Promise<unknown>]>([
  ["one member moved to another zone", (scene) => move(scene, 1, scene.there)],
  ["one member moved here from another zone", (scene) => move(scene, 5, scene.here)],
  ["one member is new", ({ db, here, member }) => addMembers(db, [member(7, here)])],
  ["one member has another number", ({ db }) => setPhone(db, isOf(1), phone(9))],
  ["one member has no mobile number any more", ({ db }) => setPhone(db, isOf(1), null)],
  ["one member opted out", ({ db }) => stop(db, 1)],
  [
    "one member has a number that can't get texts",
    ({ db }) => db.insert(unusablePhones).values({ phone: phone(1), gateway: "twilio", code: "30006" }),
  ],
  [
    "one member can be reached now",
    ({ db }) => db.transaction((tx) => optIn(tx, phone(6), "sms START", "member")),
  ],
  ["one member is not on the list any more", ({ db }) => removeMembers(db, isOf(1))],
  [
    "two members moved to another zone, one has another number, one opted out",
    async (scene) => {
      await move(scene, 1, scene.there);
      await move(scene, 2, scene.there);
      await setPhone(scene.db, isOf(3), phone(9));
      await stop(scene.db, 4);
    },
  ],
  // What was undone, or is no change of whom it reaches, is not told.
  [
    "one member is new",
    async (scene) => {
      await move(scene, 1, scene.there);
      await move(scene, 1, scene.here);
      await scene.db.update(members).set({ name: "Renamed" });
      await stop(scene.db, 5);
      await addMembers(scene.db, [scene.member(7, scene.here)]);
    },
  ],
  // An import of many: nobody is named.
  [
    undefined,
    ({ db, here, member }) =>
      addMembers(
        db,
        Array.from({ length: 201 }, (_, n) => member(100 + n, here)),
      ),
  ],
])("told: %s", async (words, deed) => {
  const scene = await reviewed();
  await deed(scene);
  expect(await scene.asked()).toBe(words);
});

test("what does not account for all of the change is not told", async () => {
  const scene = await reviewed();
  const { db, here } = scene;
  await stop(db, 1);
  const [alert] = await db.select({ alertId: alerts.id }).from(alerts);
  const told = (before: number, now: number) =>
    describeNews(db, { alertId: alert?.alertId ?? 0, zoneIds: [here], before, now });
  expect(await told(4, 3)).toBe("one member opted out");
  expect(await told(5, 3)).toBeUndefined();
});
