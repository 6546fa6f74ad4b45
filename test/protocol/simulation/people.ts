// What people do: the board presses buttons, members write texts. Who is told that it failed does it again.
import { confirmAlert } from "../../../src/alerts/confirm.ts";
import { type DraftInput, discardDraft, saveDraft } from "../../../src/alerts/draft.ts";
import type { SlackUser } from "../../../src/board/allowlist.ts";
import { changesOf } from "../../../src/board/change.ts";
import { type Database, isDatabaseAway } from "../../../src/db/open.ts";
import { freezeNext } from "../../../src/deliveries/freeze.ts";
import { resumeAlert, stopAlert } from "../../../src/deliveries/lifecycle.ts";
import { countResendable, type Resendable, resend } from "../../../src/deliveries/resend.ts";
import { importMembers } from "../../../src/members/import.ts";
import { listUnnamedFailures, markFailuresNamed } from "../../../src/outcomes/delivery-lines.ts";
import { twilioWords } from "../../helpers/gateway.ts";
import { noon } from "../../helpers/moment.ts";
import type { SimulatedDatabase } from "./database.ts";
import type { Instance } from "./instance.ts";
import type { Chance, Plan } from "./plan.ts";
import { type Owner, SECONDS, type Stage } from "./stage.ts";

export const author: SlackUser = { teamId: "T1", userId: "U1" };
const stranger: SlackUser = { teamId: "T1", userId: "U9" };

/** What an alert may say. */
export const NEWS = ["Boil your water.", "The water is fine again."] as const;

export const nameOf = (account: number) => `Member ${account}`;

export const draftOf = (text: string, viewId: string): DraftInput => ({
  ...{ author, text, viewId },
  kind: "other",
  zoneIds: [1],
  allZones: false,
});

/** What a person pressed, and was told. */
type Press = { what: string; outcome: unknown };

export type People = ReturnType<typeof createPeople>;

export function createPeople({
  database: { client },
  plan,
  stage,
  chance,
  world,
  running,
  phones,
}: {
  database: SimulatedDatabase;
  plan: Plan;
  stage: Stage;
  chance: Chance;
  world: Owner;
  running: () => Instance[];
  phones: readonly string[];
}) {
  const presses: Press[] = [];
  let texts = 0;

  /** A person's request, at whichever process; who is told that it failed presses again. */
  function press(what: string, act: (db: Database) => Promise<unknown>, tries = 4): void {
    const again = () => {
      if (tries > 1) stage.after(world, 5 * SECONDS, `pressing again`, () => press(what, act, tries - 1));
    };
    const up = running();
    if (up.length === 0) {
      again();
      return;
    }
    const { owner, db } = chance.pick(up);
    stage.say(`  somebody presses ${what}, at ${owner.name}`);
    act(db).then(
      (outcome) => presses.push({ what, outcome }),
      (error: unknown) => (isDatabaseAway(error) ? again() : presses.push({ what, outcome: error })),
    );
  }

  /** With the review that stands there now, as the person sees it: some ask again. */
  async function confirm(alertId: number, who: SlackUser): Promise<void> {
    const [review] = await client<{ version: number }[]>`select version from alerts where id = ${alertId}`;
    const reviewed = { alertId, version: review?.version ?? 0 };
    press(`${who === author ? "Send" : "Send, a stranger"}: alert ${alertId}`, async (db) => {
      const change = changesOf(db, who, "operator", "confirm");
      const { outcome } = await confirmAlert(change, reviewed, { gateway: "twilio", ...noon() });
      if (outcome === "confirmed") stage.soon(world, "the deadline is set", setDeadline);
      return outcome;
    });
  }

  /** Sooner, in some runs, than the four hours that every alert has. */
  async function setDeadline(): Promise<void> {
    await client`
      update sendings set deadline_at = ready_at + make_interval(mins => ${plan.deadlineMinutes})`;
  }

  return {
    presses,
    confirm: (alertId: number) => confirm(alertId, author),
    confirmAsStranger: (alertId: number) => confirm(alertId, stranger),
    stop: (alertId: number) =>
      press(`Stop: alert ${alertId}`, (db) => {
        const change = changesOf(db, author, "operator", "stop");
        return change((tx) => stopAlert(tx, alertId, author));
      }),
    /** With the halt that stands there now, as the person sees it. */
    resume: async (alertId: number): Promise<void> => {
      const [halt] = await client<{ halts: number }[]>`
        select halts from parts p join alerts a using (sending_id)
        where a.id = ${alertId} and halt_reason is not null`;
      if (!halt) return;
      press(`Resume: alert ${alertId}`, (db) => {
        const change = changesOf(db, author, "operator", "resume");
        return change((tx) => resumeAlert(tx, alertId, halt.halts, author));
      });
    },
    /** Only what stands in the alert's thread can be resent. */
    resendAll: (alertId: number, what: Resendable) =>
      press(`Resend ${what}: alert ${alertId}`, async (db) => {
        const positions = await listUnnamedFailures(db, alertId);
        if (positions.length > 0) await markFailuresNamed(db, alertId, positions);
        const change = changesOf(db, author, "operator", `resend-${what}`);
        return change(async (tx) => {
          const { [what]: said } = await countResendable(tx, alertId, twilioWords);
          return resend(tx, twilioWords, { alertId, what, said, user: author });
        });
      }),
    edit: (alertId: number) => {
      const draft = draftOf(chance.pick(NEWS), "");
      press(`Edit: alert ${alertId}`, (db) =>
        changesOf(db, author, "operator", "edit")((tx) => saveDraft(tx, draft, noon(), alertId)),
      );
    },
    discard: (alertId: number) =>
      press(`Discard: alert ${alertId}`, (db) =>
        changesOf(db, author, "operator", "discard")((tx) => discardDraft(tx, alertId, author)),
      ),
    /** Of a list in which a member has another number, or is new. */
    bringList: () => {
      const account = chance.between(1, phones.length + 2);
      const phone = chance.between(5_550_150, 5_550_199);
      const list = Buffer.from(
        `Account,Name,Phone,Zone\n${account},${nameOf(account)},+1206${phone},North\n`,
      );
      press("Import", async (db) => {
        const by = { actor: author, freezeNext: () => freezeNext(db, "twilio") };
        const { outcome } = await importMembers(db, list, { ...by, timeZone: "UTC", country: "US" });
        return outcome;
      });
    },
    write: (body: string): void => {
      const from = chance.pick(phones);
      const sid = `SM${String(++texts).padStart(32, "a")}`;
      // The provider comes again where it was not answered.
      const post = (tries: number) =>
        stage.after(world, chance.between(0, 2 * SECONDS), `${from} texts ${body}`, () => {
          const again = () => {
            if (tries > 1) post(tries - 1);
          };
          const up = running();
          if (up.length === 0) return again();
          chance.pick(up).takeText(sid, from, body).catch(again);
        });
      post(4);
    },
  };
}
