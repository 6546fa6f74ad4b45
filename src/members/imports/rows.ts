// A member list from Slack, from the moment it is dropped there until it is applied, discarded or a day old: kept in a
// table, so that any instance goes on with it, also after a crash.
import { and, eq, isNotNull, lt, lte, ne, sql } from "drizzle-orm";
import { z } from "zod";
import { record } from "../../audit/audit.ts";
import type { SlackUser } from "../../board/allowlist.ts";
import type { Database, Reader, Tx } from "../../db/open.ts";
import { imports } from "../../db/schema.ts";
import { signal } from "../../db/signals.ts";
import type { ImportOptions } from "../import.ts";
import { KeptPreview } from "./preview.ts";

/** What its uploader has said about it, in the words of ImportOptions. */
const Choices = z.object({
  answers: z
    .array(z.object({ meaning: z.enum(["no texts", "texts", "ignore"]), text: z.string() }))
    .default([]),
  plus: z.array(z.object({ means: z.enum(["home", "abroad"]), value: z.string() })).default([]),
  isRenumbered: z.boolean().default(false),
  exchanged: z.array(z.string()).default([]),
  consent: z.string().optional(),
  bringBack: z.array(z.string()).default([]),
  marksLeft: z.boolean().default(false),
  /** How many leave, as it was typed. */
  leavers: z.number().optional(),
});
export type ImportChoices = z.infer<typeof Choices>;

export const noChoices = (consent?: string): ImportChoices =>
  Choices.parse(consent === undefined ? {} : { consent });

/** As an import takes them. */
export const optionsOf = ({
  marksLeft,
  leavers,
  consent,
  ...choices
}: ImportChoices): Omit<ImportOptions, "country" | "timeZone"> => ({
  ...choices,
  ...(consent !== undefined && { consent }),
  ...(marksLeft && { markLeft: leavers === undefined ? {} : { confirmed: leavers } }),
});

/** All but what may be large. */
const columns = {
  id: imports.id,
  teamId: imports.teamId,
  userId: imports.userId,
  state: imports.state,
  version: imports.version,
  fileId: imports.fileId,
  fileName: imports.fileName,
  fileLink: imports.fileLink,
  viewId: imports.viewId,
  choices: imports.choices,
  code: imports.code,
  preview: imports.preview,
  words: imports.words,
  tries: imports.tries,
};

type Row = Omit<typeof imports.$inferSelect, "bytes" | "details" | "at" | "workAt" | "tellAt">;
export type KeptImport = Omit<Row, "choices" | "preview"> & {
  choices: ImportChoices;
  preview: KeptPreview | undefined;
};

const read = ({ choices, preview, ...row }: Row): KeptImport => ({
  ...row,
  choices: Choices.parse(choices),
  preview: preview === null ? undefined : KeptPreview.parse(preview),
});

const isOf = (id: number, { teamId, userId }: SlackUser) =>
  and(eq(imports.id, id), eq(imports.teamId, teamId), eq(imports.userId, userId));

export type NewImport = Pick<KeptImport, "fileId" | "fileName" | "viewId"> & { consent?: string | undefined };

/** It is fetched and read soon. */
export async function beginImport(
  tx: Tx,
  { teamId, userId }: SlackUser,
  { consent, ...file }: NewImport,
): Promise<void> {
  await tx.insert(imports).values({ teamId, userId, ...file, choices: noChoices(consent) });
  await record(tx, { actor: { teamId, userId }, action: "list dropped" });
  await signal(tx, { about: "work" });
}

/** Only one's own. */
export async function findImport(db: Reader, id: number, user: SlackUser): Promise<KeptImport | undefined> {
  const [row] = await db.select(columns).from(imports).where(isOf(id, user));
  return row && read(row);
}

/** Every row of the list and what would become of it, as CSV. */
export async function readDetails(db: Reader, id: number): Promise<string> {
  const [row] = await db.select({ details: imports.details }).from(imports).where(eq(imports.id, id));
  return row?.details ?? "";
}

/** The screen on which somebody decides: the import, and how far it was then. */
export type Seen = { id: number; version: number };

/** They decide what is shown to them. @returns false where it is not there any more, or is at another step by now */
export async function decideImport(
  tx: Tx,
  { id, version }: Seen,
  user: SlackUser,
  decided: { choices: ImportChoices } | { apply: true },
): Promise<boolean> {
  const next =
    "apply" in decided ? { state: "to apply" as const } : { state: "to read" as const, ...decided };
  const changed = await tx
    .update(imports)
    .set({ ...next, version: version + 1, words: null, tellAt: null, tries: 0, workAt: sql`now()` })
    .where(and(isOf(id, user), eq(imports.version, version), eq(imports.state, "shown")))
    .returning({ id: imports.id });
  if (changed.length === 0) return false;
  await record(tx, { actor: user, action: "apply" in decided ? "list confirmed" : "list answered" });
  await signal(tx, { about: "work" });
  return true;
}

/** Nothing comes of it. What is being applied just now can't be taken back. */
export async function discardImport(tx: Tx, id: number, user: SlackUser): Promise<boolean> {
  const gone = await tx
    .delete(imports)
    .where(and(isOf(id, user), ne(imports.state, "to apply"), ne(imports.state, "over")))
    .returning({ id: imports.id });
  if (gone.length === 0) return false;
  await record(tx, { actor: user, action: "list discarded" });
  return true;
}

/** The modal in which it is followed from now on. */
export async function followIn(db: Tx, id: number, user: SlackUser, viewId: string): Promise<void> {
  await db.update(imports).set({ viewId }).where(isOf(id, user));
}

/** Whoever works on it says so at least this often. */
const LEASE = sql`interval '30 seconds'`;
/** What fails for a reason that passes is tried again; what ends the process each time is not. */
export const MOST_TRIES = 3;

/** Takes what is to be done, oldest first. Nobody else gets it as long as the lease is renewed. */
export async function takeImport(db: Database): Promise<KeptImport | undefined> {
  const due = db
    .select({ id: imports.id })
    .from(imports)
    .where(and(lte(imports.workAt, sql`now()`), sql`${imports.state} in ('to fetch', 'to read', 'to apply')`))
    .orderBy(imports.id)
    .limit(1)
    .for("update", { skipLocked: true });
  const [row] = await db
    .update(imports)
    .set({ workAt: sql`now() + ${LEASE}`, tries: sql`${imports.tries} + 1` })
    .where(sql`${imports.id} = (${due})`)
    .returning(columns);
  return row && read(row);
}

export async function renewLease(db: Database, id: number): Promise<void> {
  await db
    .update(imports)
    .set({ workAt: sql`now() + ${LEASE}` })
    .where(eq(imports.id, id));
}

/** What it tells at this step; anything that came of an earlier one does not count. */
export type Progress = Partial<
  Pick<typeof imports.$inferInsert, "bytes" | "code" | "details" | "words" | "fileLink"> & {
    preview: KeptPreview;
  }
>;

/** It goes on to the next step, if it is still at the one that it was taken at. */
export async function moveImport(
  db: Database | Tx,
  { id, version, state }: Pick<KeptImport, "id" | "version" | "state">,
  next: KeptImport["state"],
  progress: Progress = {},
): Promise<boolean> {
  const isSeen = next === "shown" || next === "over";
  const moved = await db
    .update(imports)
    .set({
      ...progress,
      state: next,
      version: version + 1,
      tries: 0,
      workAt: sql`now()`,
      tellAt: isSeen ? sql`now()` : null,
      ...(next === "over" && { bytes: null }),
    })
    .where(and(eq(imports.id, id), eq(imports.version, version), eq(imports.state, state)))
    .returning({ id: imports.id });
  return moved.length > 0;
}

export async function readBytes(db: Reader, id: number): Promise<Buffer | undefined> {
  const [row] = await db.select({ bytes: imports.bytes }).from(imports).where(eq(imports.id, id));
  return row?.bytes ?? undefined;
}

/** Slack may be away: then it is tried again. */
const TELL_AGAIN = sql`interval '5 seconds'`;

/** Of whom the uploader is to be told how it stands, longest due first. It comes again soon unless it is told. */
export async function takeUntold(db: Database): Promise<KeptImport | undefined> {
  const due = db
    .select({ id: imports.id })
    .from(imports)
    .where(and(isNotNull(imports.tellAt), lte(imports.tellAt, sql`now()`)))
    .orderBy(imports.tellAt)
    .limit(1)
    .for("update", { skipLocked: true });
  const [row] = await db
    .update(imports)
    .set({ tellAt: sql`now() + ${TELL_AGAIN}` })
    .where(sql`${imports.id} = (${due})`)
    .returning(columns);
  return row && read(row);
}

export async function markTold(db: Database, { id, version }: Seen): Promise<void> {
  await db
    .update(imports)
    .set({ tellAt: null })
    .where(and(eq(imports.id, id), eq(imports.version, version)));
}

/** Nothing of a list is kept longer than this. */
const KEPT = sql`interval '1 day'`;

export async function forgetImports(db: Database): Promise<void> {
  await db.delete(imports).where(lt(imports.at, sql`now() - ${KEPT}`));
}

/** Somebody is erased who may stand in them: whoever dropped one drops it again. */
export async function forgetAllImports(tx: Tx): Promise<void> {
  await tx.delete(imports);
}
