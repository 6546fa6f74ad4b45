// The import of the co-op's member list: one file, one transaction, one report by row.
import { eq, sql } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import type { Database, Reader, Tx } from "../db/open.ts";
import { memberList, members, zones } from "../db/schema.ts";
import { ensureZones, listZones, zoneKey } from "../zones/zones.ts";
import { changeMembers, type FreezeNext } from "./change-list.ts";
import { readMembers } from "./columns.ts";
import { parseCsv } from "./csv.ts";
import { lookAtNewNumbers } from "./new-numbers.ts";
import { type Member, planImport, type RowOutcome } from "./plan.ts";
import { countRefusals } from "./refusals.ts";

export type ImportReport = {
  rows: RowOutcome[];
  /** Zones that this file brought in: a typing mistake shows here. */
  newZones: string[];
  /** Members who are not in the file; they stay as they are. */
  notInFile: number;
  /** Members of the file who have no phone, so that no text can reach them. */
  withoutPhone: number;
  /** Of these, how many have a number in a column for other phones. */
  otherPhoneOnly: number;
  /** Phones opted out now, because the file says No to texts. */
  optedOut: number;
  /** Rows whose No is old, because the member has opted in since the list first said it; each tells why. */
  notCounted: number;
};

const BATCH = 1000;

/**
 * Brings the member list in, all or nothing; a row that can't be used is refused and the rest goes in.
 * Never removes a member or an opt-out.
 *
 * @param timeZone the co-op's: the report tells when something was
 * @throws UnreadableFile where the file as a whole can't be used
 */
export async function importMembers(
  db: Database,
  bytes: Uint8Array,
  { actor, freezeNext, timeZone }: { actor: Actor; freezeNext: FreezeNext; timeZone: string },
): Promise<ImportReport> {
  const rows = readMembers(parseCsv(bytes));
  return changeMembers(db, freezeNext, async (tx) => {
    // A second import at the same time waits, and then sees what this one did.
    await tx.execute(sql`lock table members, zones in share row exclusive mode`);
    const stored = await listMembers(tx);
    const plan = planImport(rows, stored, await listZones(tx));
    const newZones = await writeMembers(tx, plan.writes);
    await lookAtNewNumbers(tx, plan.taken, { actor, timeZone });
    const { optedOut, notCounted } = await countRefusals(tx, plan.taken, { actor, timeZone });
    const report = {
      rows: plan.outcomes,
      newZones,
      notInFile: [...stored.keys()].filter((account) => !plan.accounts.has(account)).length,
      withoutPhone: plan.withoutPhone,
      otherPhoneOnly: plan.otherPhoneOnly,
      optedOut,
      notCounted,
    };
    await record(tx, {
      actor,
      action: "imported",
      detail: { ...countOutcomes(report.rows), optedOut, notCounted, newZones },
    });
    return report;
  });
}

export function countOutcomes(rows: RowOutcome[]): Record<RowOutcome["outcome"], number> {
  const counts = { added: 0, changed: 0, "left alone": 0, refused: 0 };
  for (const { outcome } of rows) counts[outcome]++;
  return counts;
}

async function listMembers(tx: Reader): Promise<Map<string, Member>> {
  const { account, name, phone, language } = members;
  const found = await tx
    .select({ account, name, phone, zone: zones.name, language })
    .from(members)
    .innerJoin(zones, eq(zones.id, members.zoneId));
  return new Map(found.map((member) => [member.account, member]));
}

/** Who comes in now was not on the list that earlier alerts were frozen from. */
async function raiseListVersion(tx: Tx): Promise<number> {
  const [list] = await tx
    .update(memberList)
    .set({ version: sql`${memberList.version} + 1` })
    .returning({ version: memberList.version });
  if (!list) throw new Error("The list of members has no version.");
  return list.version;
}

async function writeMembers(tx: Tx, writes: Member[]): Promise<string[]> {
  const { idByKey, created } = await ensureZones(
    tx,
    writes.map(({ zone }) => zone),
  );
  const since = writes.length > 0 ? await raiseListVersion(tx) : 0;
  const values = writes.map(({ zone, ...member }) => {
    const zoneId = idByKey.get(zoneKey(zone));
    if (zoneId === undefined) throw new Error(`The zone ${zone} was not created.`);
    return { ...member, zoneId, since };
  });
  for (let at = 0; at < values.length; at += BATCH) {
    await tx
      .insert(members)
      .values(values.slice(at, at + BATCH))
      .onConflictDoUpdate({
        target: members.account,
        set: {
          name: sql`excluded.name`,
          phone: sql`excluded.phone`,
          zoneId: sql`excluded.zone_id`,
          language: sql`excluded.language`,
          updatedAt: sql`now()`,
        },
      });
  }
  return created;
}
