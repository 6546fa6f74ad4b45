// The list as a file: everybody with each of their numbers, disarmed as the log is, and good for an import.
import { parse } from "csv-parse/sync";
import { eq } from "drizzle-orm";
import { expect, test } from "vitest";
import { z } from "zod";
import { addresses, members, optOuts, zones } from "../../src/db/schema.ts";
import { previewImport } from "../../src/members/import.ts";
import { memberContents } from "../../src/slack/lists/members-file.ts";
import { connectTo, createTestDatabase } from "../helpers/database.ts";
import { readContents } from "../helpers/files.ts";
import { addMembers } from "../helpers/members.ts";

test("a row for each number, with what is known of it; formulas are shown and not run", async () => {
  const url = await createTestDatabase();
  const { db } = connectTo(url);
  const [zone] = await db.insert(zones).values({ name: "North", key: "north" }).returning();
  const zoneId = zone?.id ?? 0;
  const [ana = 0] = await addMembers(db, [
    { account: "00101", name: "Ana Ruiz", phone: "+12065550101", zoneId },
    { account: "=1+1", name: "@Leo", phone: null, zoneId, leftAt: new Date("2026-03-01T18:00:00Z") },
    { account: null, about: "a school", name: "Hill School", phone: "+12065550103", inAllZones: true },
    ...Array.from({ length: 60 }, (_, n) => ({ account: `Z${n}`, name: `Zoe ${n}`, phone: null, zoneId })),
  ]);
  const [gone = 0] = await addMembers(db, [{ account: "X", name: "Erased", phone: null, zoneId }]);
  await db
    .update(members)
    .set({ name: "", account: null, erasedAt: new Date(), leftAt: new Date() })
    .where(eq(members.id, gone));
  const consent = { source: "by hand: letter", words: "=Yes", consentAt: new Date("2026-02-01T19:00:00Z") };
  await db
    .insert(addresses)
    .values({ memberId: ana, address: "+12065550102", ...consent, consentBy: "UPRIYA", consentTeam: "T1" });
  await db.insert(optOuts).values({ phone: "+12065550101", source: "sms STOP" });

  const nameOf = async (id: string) => `Name of ${id}`;
  const files = await readContents(url, memberContents({ timeZone: "America/Denver", nameOf }));
  const csv = files["members.csv"] ?? "";
  const rows = z
    .array(z.record(z.string(), z.string()))
    .parse(parse(csv, { bom: true, columns: true }))
    .map((row) =>
      Object.values(row)
        .slice(0, 15)
        .filter((cell) => cell !== "" && !/^\d{4}-/.test(cell)),
    );
  expect(rows).toHaveLength(64);
  expect(rows.slice(0, 4)).toEqual([
    ["'=1+1", "'@Leo", "North", "no", "left the co-op"],
    ['="00101"', "Ana Ruiz", "North", "(206) 555-0101", "the list", "no", "opted out", "sms STOP"],
    [
      '="00101"',
      "Ana Ruiz",
      "North",
      "(206) 555-0102",
      "Headgate",
      "yes",
      "by hand: letter",
      "'=Yes",
      "Name of UPRIYA",
    ],
    ["Hill School", "a school", "All zones", "(206) 555-0103", "the list", "yes"],
  ]);
  const options = { country: "US", timeZone: "America/Denver" } as const;
  const { report } = await previewImport(db, Buffer.from(csv), options);
  expect(report.rows.find(({ account }) => account === "00101")?.outcome).toBe("left alone");
});
