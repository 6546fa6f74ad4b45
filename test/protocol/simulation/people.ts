// What people do: the board presses buttons, members write texts. Who is told that it failed does it again.
import { confirmAlert } from "../../../src/alerts/confirm.ts";
import type { SlackUser } from "../../../src/board/allowlist.ts";
import { changesOf } from "../../../src/board/change.ts";
import { type Database, isDatabaseAway } from "../../../src/db/open.ts";
import { resumeAlert, stopAlert } from "../../../src/deliveries/lifecycle.ts";
import { countResendable, type Resendable, resend } from "../../../src/deliveries/resend.ts";
import { listUnnamedFailures, markFailuresNamed } from "../../../src/outcomes/delivery-lines.ts";
import { twilioWords } from "../../helpers/gateway.ts";
import { noon } from "../../helpers/moment.ts";
import type { SimulatedDatabase } from "./database.ts";
import type { Instance } from "./instance.ts";
import type { Chance, Plan } from "./plan.ts";
import { type Owner, SECONDS, type Stage } from "./stage.ts";

export const author: SlackUser = { teamId: "T1", userId: "U1" };
const stranger: SlackUser = { teamId: "T1", userId: "U9" };

/** What a person pressed, and was told. */
type Press = { what: string; alertId: number; outcome: unknown };

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
  function press(what: string, alertId: number, act: (db: Database) => Promise<unknown>, tries = 4): void {
    const again = () => {
      if (tries > 1)
        stage.after(world, 5 * SECONDS, `pressing again`, () => press(what, alertId, act, tries - 1));
    };
    const up = running();
    if (up.length === 0) {
      again();
      return;
    }
    const { owner, db } = chance.pick(up);
    stage.say(`  somebody presses ${what} of alert ${alertId}, at ${owner.name}`);
    act(db).then(
      (outcome) => presses.push({ what, alertId, outcome }),
      (error: unknown) => (isDatabaseAway(error) ? again() : presses.push({ what, alertId, outcome: error })),
    );
  }

  /** With the review that stands there now, as the person sees it: some ask again. */
  async function confirm(alertId: number, who: SlackUser): Promise<void> {
    const [review] = await client<{ version: number }[]>`select version from alerts where id = ${alertId}`;
    const reviewed = { alertId, version: review?.version ?? 0 };
    press(who === author ? "Send" : "Send, a stranger", alertId, async (db) => {
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
      press("Stop", alertId, (db) => {
        const change = changesOf(db, author, "operator", "stop");
        return change((tx) => stopAlert(tx, alertId, author));
      }),
    /** With the halt that stands there now, as the person sees it. */
    resume: async (alertId: number): Promise<void> => {
      const [halt] = await client<{ halts: number }[]>`
        select halts from parts p join alerts a using (sending_id)
        where a.id = ${alertId} and halt_reason is not null`;
      if (!halt) return;
      press("Resume", alertId, (db) => {
        const change = changesOf(db, author, "operator", "resume");
        return change((tx) => resumeAlert(tx, alertId, halt.halts, author));
      });
    },
    /** Only what stands in the alert's thread can be resent. */
    resendAll: (alertId: number, what: Resendable) =>
      press(`Resend ${what}`, alertId, async (db) => {
        const positions = await listUnnamedFailures(db, alertId);
        if (positions.length > 0) await markFailuresNamed(db, alertId, positions);
        const change = changesOf(db, author, "operator", `resend-${what}`);
        return change(async (tx) => {
          const { [what]: said } = await countResendable(tx, alertId, twilioWords);
          return resend(tx, twilioWords, { alertId, what, said, user: author });
        });
      }),
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
