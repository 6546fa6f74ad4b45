// What is warned of by the clock and by the pace.
import { expect, test } from "vitest";
import type { Earlier } from "../../../src/alerts/earlier.ts";
import { describeZones, listWarnings } from "../../../src/alerts/warnings.ts";
import type { ZonesReach } from "../../../src/alerts/zone-reach.ts";
import type { AlertKind } from "../../../src/db/schema.ts";
import { countSegments } from "../../../src/text/segments.ts";
import { noon } from "../../helpers/moment.ts";

const HOUR = 3600;

/** @param time by the clock in Denver, in June */
function warn({
  time = "12:00:00",
  seconds = 60,
  wait = 0,
  kind = "service",
  timeZone = "America/Denver",
  earlier = [],
  zones = { zones: [], isEverybody: false },
  allZones = false,
}: {
  time?: string;
  seconds?: number;
  wait?: number;
  kind?: AlertKind;
  timeZone?: string;
  earlier?: readonly Earlier[];
  zones?: ZonesReach;
  allZones?: boolean;
}) {
  const text = "Mill Creek: the water is off on Tuesday.";
  const facts = {
    kind,
    text,
    allZones,
    zones,
    phoneCount: 1000,
    segments: countSegments(text),
    earlier,
    time: { wait, seconds },
    now: new Date(`2026-06-15T${time}-06:00`),
  };
  const { settings } = noon({ timeZone, segmentsPerSecond: 0.1 });
  return listWarnings(facts, settings);
}
const keys = (facts: Parameters<typeof warn>[0]) => warn(facts).map(({ key }) => key);

test.each([
  ["07:59:59", 60, ["quiet hours"]],
  ["08:00:00", 60, []],
  ["20:59:00", 59, []],
  ["20:59:00", 61, ["into the night"]],
  ["20:59:00", 25 * 60, ["into the night"]],
  ["21:00:00", 60, ["quiet hours"]],
  ["21:25:00", 60, ["quiet hours"]],
  ["00:00:00", 60, ["quiet hours"]],
  ["16:00:00", 4 * HOUR, []],
  ["17:00:00", 4 * HOUR, []],
  ["17:01:00", 4 * HOUR, ["into the night"]],
  ["16:59:00", 9 * HOUR, ["not in time"]],
  ["18:00:00", 9 * HOUR, ["not in time", "into the night"]],
])("at %s, with %i seconds to send", (time, seconds, expected) => {
  expect(keys({ time, seconds })).toEqual(expected);
});

test("an emergency goes at night too, and is warned of only where it can't be finished", () => {
  const warned = warn({ time: "22:00:00", seconds: 6 * HOUR, kind: "emergency" });
  expect(warned.map(({ words }) => words)).toEqual([
    "This can't be finished in time. Sending takes about 6 hours, and what still waits 4 hours after Send is " +
      "not sent at all: about 720 of 1,000 phones would get nothing. Choose fewer zones, or make the text shorter.",
  ]);
});

test("what is only just too late does not sound as if it were in time; behind others one can wait for these", () => {
  const words = warn({ time: "10:00:00", seconds: 4 * HOUR + 8 * 60, wait: HOUR })[0]?.words;
  expect(words).toMatch(
    /^This can't be finished in time\. Sending takes a little more than 4 hours, with what other alerts/,
  );
  expect(words).toMatch(/Choose fewer zones, wait until the others are out, or make the text shorter\.$/);
  expect(warn({ time: "10:00:00", seconds: 4 * HOUR + 40 * 60 })[0]?.words).toContain("takes about 5 hours");
});

test("the hours are named by their zone, and what goes first is said", () => {
  expect(warn({ time: "20:30:00", seconds: HOUR, wait: 10 * 60 })[0]?.words).toBe(
    "Sending takes about 60 minutes, with what other alerts still have to send first, so the last texts would go out " +
      "after 9 in the evening (Denver time). Unless this is an emergency, or tells that one is over, wait until the morning.",
  );
  expect(warn({ timeZone: "UTC", time: "16:00:00" })[0]?.words).toContain("8 in the morning (UTC)");
});

test.each([
  [["North"], "North"],
  [["North", "South", "Mill Flats"], "North, South, Mill Flats"],
  [["North", "South", "Mill Flats", "Old Town"], "North, South, Mill Flats and 1 more"],
  [["A & B"], "A &amp; B"],
])("of the zones %j as many are named as can be read: %s", (names, words) => {
  expect(describeZones(names)).toBe(words);
});

test.each([true, false])(
  "of what was stopped nobody is told that everybody there got it: %j",
  (isSameText) => {
    const at = new Date("2026-06-15T17:00:00Z");
    const before = { id: 7, authorId: "U0DALE", confirmedAt: at, isSameText, sharedZones: ["Mill Flats"] };
    const told = (wasStopped: boolean) => warn({ earlier: [{ ...before, wasStopped }] })[0]?.words;
    expect(told(true)).toMatch(/It was stopped, so not everybody there got it\.$/);
    expect(told(false)).not.toContain("stopped");
  },
);

const at = new Date("2026-06-01T12:00:00-06:00");
const zone = (id: number, members: number, before?: number) => ({
  id,
  name: `Zone ${id}`,
  members,
  last: before === undefined ? undefined : { alertId: 7, members: before, at },
});

test.each<[what: string, key: string | undefined, zones: ReturnType<typeof zone>[], isEverybody: boolean]>([
  ["never had an alert", undefined, [zone(1, 50)], false],
  ["moved by a fifth", undefined, [zone(1, 60, 50), zone(2, 40, 50)], false],
  ["grew by more", "moved 1", [zone(1, 61, 50)], false],
  ["shrank by more", "moved 2", [zone(1, 50, 50), zone(2, 39, 50)], false],
  ["had nobody before", "moved 1", [zone(1, 3, 0)], false],
  ["has nobody", "nobody in 2", [zone(1, 50, 50), zone(2, 0, 50)], false],
  ["is everybody", "everybody 1", [zone(1, 50, 50)], true],
])("a zone that %s", (_, key, zones, isEverybody) => {
  expect(keys({ zones: { zones, isEverybody } })).toEqual(key === undefined ? [] : [key]);
});

test("what is said of zones names them with their numbers, and not all of many", () => {
  const words = (zones: ZonesReach, allZones = false) => warn({ zones, allZones }).map((it) => it.words);
  expect(words({ zones: [zone(1, 61, 50)], isEverybody: false })).toEqual([
    "Zone 1 reaches 61 members now, and reached 50 at its last alert, on Mon, Jun 1, 2026, 12:00 PM (Denver time). " +
      "If that is a surprise, look at the members first.",
  ]);
  const many = [1, 2, 3, 4, 5].map((id) => zone(id, 1, 50));
  expect(words({ zones: many, isEverybody: false }).join()).toMatch(
    /^(Zone \d reaches 1 member now[^;]*; ){2}Zone 3 .* So it is with 2 other zones\./,
  );
  expect(words({ zones: [zone(1, 5), zone(2, 0)], isEverybody: true })).toEqual([
    "Zone 1, Zone 2 are everybody: no member whom a text reaches is in another zone.",
    "Nobody in Zone 2 can be reached by text, so nothing goes there.",
  ]);
  // Whoever chose all zones has been told so.
  expect(words({ zones: [zone(1, 5)], isEverybody: true }, true)).toEqual(["This goes to all zones."]);
});
