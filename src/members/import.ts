// The import of the co-op's member list: one file, one transaction, one report by row.
import { eq, sql } from "drizzle-orm";
import { type Actor, record } from "../audit/audit.ts";
import type { Database, Reader, Tx } from "../db/open.ts";
import { honouredRefusals, members, optOuts, zones } from "../db/schema.ts";
import { optOut } from "../opt-outs/opt-outs.ts";
import { ensureZones, listZones, zoneKey } from "../zones/zones.ts";
import { changeMembers, type FreezeNext } from "./change-list.ts";
import { readMembers } from "./columns.ts";
import { parseCsv } from "./csv.ts";
import { type Member, planImport, type RowOutcome } from "./plan.ts";

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
  /** Phones that an earlier import opted out and that have opted in again since: the file's No is stale. */
  optedInSince: number;
};

const BATCH = 1000;

/**
 * Brings the member list in, all or nothing; a row that can't be used is refused and the rest goes in.
 * Never removes a member or an opt-out.
 *
 * @throws UnreadableFile where the file as a whole can't be used
 */
export async function importMembers(
  db: Database,
  bytes: Uint8Array,
  { actor, freezeNext }: { actor: Actor; freezeNext: FreezeNext },
): Promise<ImportReport> {
  const rows = readMembers(parseCsv(bytes));
  return changeMembers(db, freezeNext, async (tx) => {
    // A second import at the same time waits, and then sees what this one did.
    await tx.execute(sql`lock table members, zones in share row exclusive mode`);
    const stored = await listMembers(tx);
    const plan = planImport(rows, stored, await listZones(tx));
    const newZones = await writeMembers(tx, plan.writes);
    const { optedOut, optedInSince } = await honourNo(tx, plan.noTexts, actor);
    const report = {
      rows: plan.outcomes,
      newZones,
      notInFile: [...stored.keys()].filter((account) => !plan.accounts.has(account)).length,
      withoutPhone: plan.withoutPhone,
      otherPhoneOnly: plan.otherPhoneOnly,
      optedOut,
      optedInSince,
    };
    await record(tx, {
      actor,
      action: "imported",
      detail: { ...countOutcomes(report.rows), optedOut, newZones },
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

async function writeMembers(tx: Tx, writes: Member[]): Promise<string[]> {
  const { idByKey, created } = await ensureZones(
    tx,
    writes.map(({ zone }) => zone),
  );
  const values = writes.map(({ zone, ...member }) => {
    const zoneId = idByKey.get(zoneKey(zone));
    if (zoneId === undefined) throw new Error(`The zone ${zone} was not created.`);
    return { ...member, zoneId };
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

/** Each No is honoured once: where the member texts START after it, a file that still says No is stale. */
async function honourNo(tx: Tx, phones: Set<string>, actor: Actor) {
  const source = "import";
  const out = await tx.select({ phone: optOuts.phone }).from(optOuts);
  const honoured = await tx.select({ phone: honouredRefusals.phone }).from(honouredRefusals);
  const isOut = new Set(out.map(({ phone }) => phone));
  const wasHonoured = new Set(honoured.map(({ phone }) => phone));
  const optedIn = [...phones].filter((phone) => !isOut.has(phone));
  const fresh = optedIn.filter((phone) => !wasHonoured.has(phone));
  for (const phone of fresh) {
    await optOut(tx, phone, source, actor);
    await tx.insert(honouredRefusals).values({ phone });
  }
  return { optedOut: fresh.length, optedInSince: optedIn.length - fresh.length };
}
