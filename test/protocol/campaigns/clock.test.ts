// The app's clock an hour off, and the nights in which the co-op's own clocks change.
import { expect } from "vitest";
import { connectTo } from "../../helpers/database.ts";
import { eventually } from "../../helpers/eventually.ts";
import { lane, openLane } from "../../helpers/lane.ts";
import { BOIL, textOf } from "../../helpers/scene.ts";
import { createDatabaseWithClock, moveClock } from "../../helpers/time.ts";
import { campaign } from "./campaign.ts";
import { takeChance } from "./chance.ts";

const ZONE = "America/Los_Angeles";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Both nights, with the moments about which a warning changes its mind: by the wall clock 21:00 and 8:00. */
const nights = [
  {
    change: Date.parse("2027-03-14T10:00:00Z"),
    evening: "2027-03-14T05:00:00Z",
    morning: "2027-03-14T15:00:00Z",
  },
  {
    change: Date.parse("2027-11-07T09:00:00Z"),
    evening: "2027-11-07T04:00:00Z",
    morning: "2027-11-07T16:00:00Z",
  },
] as const;

campaign(
  "clock one hour off, daylight-saving nights",
  { short: 2, long: 24 },
  async (count, did) => {
    const chance = takeChance();
    for (let n = 0; n < count; n++)
      await liveThroughNight(nights[n % 2 === 0 ? 0 : 1], chance.pick([-1, 1]), chance.below(180));
    did(
      `${count} nights, each with an instance an hour ahead or behind: 3 of 4 texts in time, 1 expired, none twice`,
    );

    async function liveThroughNight(night: (typeof nights)[number], hoursOff: number, minutesBefore: number) {
      let time = new Date(night.evening);
      const url = await createDatabaseWithClock(ZONE);
      const settings = { TIME_ZONE: ZONE, SEGMENTS_PER_SECOND: "0.1" };
      const scene = await openLane(4, {
        database: { url },
        settings,
        now: () => time,
        slack: { now: () => time, rateLimits: false },
      });
      const { twilio, priya } = scene;
      const { client } = connectTo(url);
      const setClock = async (to: number) => {
        time = new Date(to);
        await moveClock(client, time);
      };
      const isWarned = async (at: number) => {
        await setClock(at);
        const review = await scene.reviews(priya, {
          zones: ["Spring Lane"],
          kind: "Meeting",
          message: `${BOIL} ${at}`,
        });
        // A post that takes longer than a call to Slack may is done again, so no hours may pass in the middle of one.
        await eventually(scene.arePlacesKept, "the review to be written down as posted");
        return textOf(review.blocks).includes("between 9 in the evening and 8 in the morning");
      };
      const [evening, morning] = [Date.parse(night.evening), Date.parse(night.morning)];
      expect(await isWarned(evening - MINUTE)).toBe(false);
      expect(await isWarned(evening)).toBe(true);
      expect(await isWarned(night.change - 1)).toBe(true);
      expect(await isWarned(night.change)).toBe(true);
      expect(await isWarned(morning - MINUTE)).toBe(true);
      expect(await isWarned(morning)).toBe(false);

      // Confirmed before the change, due after it.
      const confirmedAt = night.change - minutesBefore * MINUTE;
      await setClock(confirmedAt);
      await scene.sends(priya, { zones: ["Spring Lane"] });
      // At first the pace lets one go, and one on credit.
      await twilio.until(() => twilio.ledger.length === 2);
      // A debt so large that the next text is due in the alert's last minute, and then none.
      const owe = (segments: number) => client`update pace set tokens = -${segments}::float8`;
      await owe(1433.9);
      await scene.app.stop();
      const off = await scene.startAnother({ now: () => new Date(time.getTime() + hoursOff * HOUR) });

      // By the database's clock, which has gone on since it was set.
      const [sending] = await client<{ deadline: number }[]>`
        select extract(epoch from deadline_at)::float8 * 1000 as deadline from sendings`;
      const deadline = sending?.deadline ?? 0;
      await setClock(deadline - MINUTE);
      await scene.wakeJobs();
      await twilio.until(() => twilio.ledger.length === 3, "one more, in the last minute");
      await owe(10_000);
      expect(twilio.ledger[2]?.validityPeriod).toBeGreaterThan(0);
      expect(twilio.ledger[2]?.validityPeriod).toBeLessThanOrEqual(60);
      expect((await scene.statuses()).filter((status) => status === "pending")).toHaveLength(1);
      expect(deadline - confirmedAt).toBeGreaterThanOrEqual(4 * HOUR);
      await setClock(deadline + 1000);
      await scene.wakeJobs();
      await scene.messageSaying(/^Sent 3 of 4: .*1 not sent \(too late to send\)/);
      expect(new Set(twilio.requests.map(({ to }) => to)).size).toBe(3);
      expect(twilio.requests).toHaveLength(3);

      // What Slack says now is, by that clock, an hour old or to come: it is not believed.
      scene.slack.connect(`http://localhost:${off.port}`);
      const before = await client`select from audit_entries`;
      expect((await scene.dale.runs("/alert")).answer?.status).toBe(403);
      expect(await client`select from audit_entries`).toHaveLength(before.length);
      expect(lane(4)).toEqual(expect.arrayContaining(twilio.ledger.map(({ to }) => to)));
      // The other nights need its connections.
      await off.stop();
    }
  },
  30,
);
