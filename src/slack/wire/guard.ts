// Every listener goes through here: who is it, may they, an answer in time, plain words when it fails.
import type { BoardMember, Role } from "../../board/allowlist.ts";
import { CommitInDoubt, Refusal } from "../../board/change.ts";
import { isDatabaseAway } from "../../db/open.ts";
import type { Log } from "../../log.ts";
import { ONLY_ADMINS, type Presser, type Verdict } from "./authorize.ts";
import type { Answer, Press } from "./listener.ts";

/** One call of a listener. */
export type Request = {
  /** The listener's name. */
  what: string;
  role: Role;
  presser: Presser;
  run: (press: Press) => Promise<Answer>;
  reply: (answer: Answer) => Promise<unknown>;
  /** Says to the person what went wrong after the answer. */
  tellLater: (text: string) => Promise<unknown>;
};

export type GuardOptions = {
  log: Log;
  authorize: (presser: Presser, needed: Role, what: string) => Promise<Verdict>;
  /** What this person may do with it. */
  pressOf: (member: BoardMember, needed: Role, what: string) => Press;
};

/** Slack waits 3 s. */
const ANSWER_WITHIN_MS = 2_600;

const FAILED =
  "Something went wrong here, and nothing was changed as far as we know. " +
  "Look at the alert's message before you try again.";
const DATABASE_AWAY =
  "Headgate can't reach its database just now, so nothing was done, and nothing was sent by this. " +
  "Please try again in a minute.";
/** For a person that the guard let in a moment before. */
const REFUSALS: Record<Refusal["why"], string> = {
  "not on the allowlist":
    "Nothing was done: you are not on the board's list of people who may send alerts any more.",
  "not an admin": ONLY_ADMINS,
};
const TOO_SLOW =
  "This takes longer than usual. Wait a minute, and look at the alert's message before you try again.";

export type Guard = ReturnType<typeof createGuard>;

export function createGuard({ log, authorize, pressOf }: GuardOptions) {
  const running = new Set<Promise<void>>();

  async function answerAndFollow({ what, role, presser, run, reply, tellLater }: Request): Promise<void> {
    const decide = async (): Promise<Answer> => {
      const verdict = await authorize(presser, role, what);
      if ("refusal" in verdict) return { tell: verdict.refusal };
      const { member } = verdict;
      return run(pressOf(member, role, what));
    };
    const answer = decide().catch((error): Answer => {
      if (error instanceof Refusal) return { tell: REFUSALS[error.why] };
      log.error({ err: error, what, commitAsked: error instanceof CommitInDoubt }, "a listener failed");
      return { tell: isDatabaseAway(error) ? DATABASE_AWAY : FAILED };
    });
    try {
      await reply(await inTime(answer));
    } catch (error) {
      log.warn({ err: error, what }, "an answer did not reach Slack");
    }
    try {
      await (await answer).after?.();
    } catch (error) {
      log.error({ err: error, what }, "what follows an answer failed");
      await tellLater(FAILED).catch(() => {});
    }
  }

  return {
    serve(request: Request): Promise<void> {
      const served = answerAndFollow(request).finally(() => running.delete(served));
      running.add(served);
      return served;
    },
    /** Bolt's own stop returns while listeners still run. */
    drain: async () => {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

function inTime(answer: Promise<Answer>): Promise<Answer> {
  const { promise: late, resolve } = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => resolve({ tell: TOO_SLOW }), ANSWER_WITHIN_MS);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
