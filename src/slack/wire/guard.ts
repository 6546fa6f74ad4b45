// Every listener goes through here: who is it, may they, an answer in time, plain words when it fails.
import type { App, BlockButtonAction, ViewSubmitAction } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import type { BoardMember, Role } from "../../board/allowlist.ts";
import { isDatabaseAway } from "../../db/open.ts";
import type { Log } from "../../log.ts";
import { noticeView } from "../words/notice.ts";
import type { Presser, Verdict } from "./authorize.ts";
import { whisper } from "./whisper.ts";

/** What a listener answers, within Slack's three seconds. */
export type Answer = {
  /** Words for the person alone. */
  tell?: string;
  /** Instead of closing the modal: what is wrong, by block. */
  errors?: Record<string, string>;
  /** Work for after the answer. What must not be lost is kept before. */
  after?: () => Promise<unknown>;
};

export type CommandInput = { member: BoardMember; text: string; triggerId: string };
export type ActionInput = {
  member: BoardMember;
  /** The button's value: ids in a row. What is none, is 0, which names nothing. */
  ids: readonly number[];
  triggerId: string;
  /** Where the button stands, if in a modal. */
  viewId: string | undefined;
};
export type SubmissionInput = {
  member: BoardMember;
  /** `view.state.values`, not yet believed. */
  values: unknown;
  metadata: string;
  viewId: string;
};

export type Listener = { name: string; role: Role } & (
  | { on: "command"; run: (input: CommandInput) => Promise<Answer> }
  | { on: "action"; run: (input: ActionInput) => Promise<Answer> }
  | { on: "submission"; run: (input: SubmissionInput) => Promise<Answer> }
);

/** One call of a listener. */
type Request = {
  listener: Listener;
  presser: Presser;
  run: (member: BoardMember) => Promise<Answer>;
  reply: (answer: Answer) => Promise<unknown>;
  /** Says to the person what went wrong after the answer. */
  tellLater: (text: string) => Promise<unknown>;
};

export type GuardOptions = {
  app: App;
  client: WebClient;
  log: Log;
  authorize: (presser: Presser, needed: Role, what: string) => Promise<Verdict>;
};

/** Slack waits 3 s. */
const ANSWER_WITHIN_MS = 2_600;

const FAILED =
  "Something went wrong here, and nothing was changed as far as we know. " +
  "Look at the alert's message before you try again.";
const DATABASE_AWAY =
  "Headgate can't reach its database just now, so nothing was done, and nothing was sent by this. " +
  "Please try again in a minute.";
const TOO_SLOW =
  "This takes longer than usual. Wait a minute, and look at the alert's message before you try again.";

/** @returns a function that registers one listener, the only way to register any, and one that waits for all that run */
export function createGuard({ app, client, log, authorize }: GuardOptions) {
  const running = new Set<Promise<void>>();

  function serve(request: Request): Promise<void> {
    const served = answerAndFollow(request).finally(() => running.delete(served));
    running.add(served);
    return served;
  }

  async function answerAndFollow({ listener, presser, run, reply, tellLater }: Request): Promise<void> {
    const what = listener.name;
    const decide = async (): Promise<Answer> => {
      const verdict = await authorize(presser, listener.role, what);
      return "member" in verdict ? run(verdict.member) : { tell: verdict.refusal };
    };
    const answer = decide().catch((error): Answer => {
      log.error({ err: error, what }, "a listener failed");
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

  function register(listener: Listener): void {
    switch (listener.on) {
      case "command":
        app.command(listener.name, ({ command, ack }) => {
          const { team_id: teamId, user_id: userId, channel_id: channel, trigger_id: triggerId } = command;
          return serve({
            listener,
            presser: { teamId, userId, teams: [teamId] },
            run: (member) => listener.run({ member, text: command.text ?? "", triggerId }),
            reply: ({ tell }) =>
              ack(tell === undefined ? undefined : { response_type: "ephemeral", text: tell }),
            tellLater: (text) => whisper(client, { user: userId, channel, text }),
          });
        });
        break;
      case "action":
        app.action<BlockButtonAction>(
          { type: "block_actions", action_id: listener.name },
          ({ body, action, ack }) => {
            const { trigger_id: triggerId, channel, view, user } = body;
            const tellHere = (text: string) => whisper(client, { user: user.id, channel: channel?.id, text });
            return serve({
              listener,
              presser: presserOf(body),
              run: (member) =>
                listener.run({ member, ids: readIds(action.value), triggerId, viewId: view?.id }),
              reply: async ({ tell }) => {
                await ack();
                if (tell === undefined) return;
                if (view) await client.views.push({ trigger_id: triggerId, view: noticeView(tell) });
                else await tellHere(tell);
              },
              // By then the trigger is used or too old for a modal.
              tellLater: tellHere,
            });
          },
        );
        break;
      case "submission":
        app.view<ViewSubmitAction>(
          { type: "view_submission", callback_id: listener.name },
          ({ body, view, ack }) => {
            const { values } = view.state;
            return serve({
              listener,
              presser: presserOf(body),
              run: (member) =>
                listener.run({ member, values, metadata: view.private_metadata, viewId: view.id }),
              reply: ({ tell, errors }) => {
                if (errors) return ack({ response_action: "errors", errors });
                return tell === undefined
                  ? ack()
                  : ack({ response_action: "update", view: noticeView(tell) });
              },
              tellLater: (text) => whisper(client, { user: body.user.id, channel: undefined, text }),
            });
          },
        );
    }
  }

  return {
    register,
    /** Bolt's own stop returns while listeners still run. */
    drain: async () => {
      while (running.size > 0) await Promise.allSettled(running);
    },
  };
}

const readIds = (value = ""): number[] =>
  value.split(":").map((text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0));

/** A stranger from a shared channel brings a team of his own, beside the workspace's. */
function presserOf({ team, user }: Pick<BlockButtonAction | ViewSubmitAction, "team" | "user">): Presser {
  const ownTeam = "team_id" in user ? user.team_id : undefined;
  const teams = [team?.id, ownTeam].filter((id) => id !== undefined);
  return { teamId: ownTeam ?? team?.id ?? "", userId: user.id, teams };
}

function inTime(answer: Promise<Answer>): Promise<Answer> {
  const { promise: late, resolve } = Promise.withResolvers<Answer>();
  const timer = setTimeout(() => resolve({ tell: TOO_SLOW }), ANSWER_WITHIN_MS);
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}
