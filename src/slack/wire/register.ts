// Tells Bolt of each listener, behind the guard: what Slack posts becomes what a listener is told.
import type { App, BlockAction, BlockSuggestion, GlobalShortcut, ViewSubmitAction } from "@slack/bolt";
import type { WebClient } from "@slack/web-api";
import { z } from "zod";
import type { SlackUser } from "../../board/allowlist.ts";
import { noticeView } from "../words/notice.ts";
import type { Presser } from "./authorize.ts";
import { slackErrorOf } from "./errors.ts";
import { formView, lastFieldOf } from "./form.ts";
import type { Guard, Task } from "./guard.ts";
import type {
  Action,
  Answer,
  Command,
  Listener,
  Press,
  Shortcut,
  SlackContext,
  Submission,
  Suggestion,
} from "./listener.ts";
import type { People } from "./people.ts";
import { whisper } from "./whisper.ts";

export type Wires = {
  app: App;
  client: WebClient;
  guard: Guard;
  /** What a listener may use, made anew for each press. */
  context: () => SlackContext;
  people: People;
  /** These words and nothing else, in somebody's Home. */
  sayAtHome: (user: SlackUser, words: string) => Promise<void>;
  /** Whether what somebody writes to Headgate is to be answered: of a burst the first alone. */
  isFirst: (user: SlackUser, writtenAt: Date) => Promise<boolean>;
};

/** What the listener does with what Slack told. */
export function taskOf<Told extends object>(
  listener: Listener<Told>,
  told: Told,
  context: SlackContext,
): Task {
  if (listener.role === "anyone") {
    const { role, run } = listener;
    return { role, run: (visit) => run({ ...visit, ...told }, context) };
  }
  const { run, ...needs } = listener;
  return { ...needs, run: (press: Press) => run({ ...press, ...told }, context) };
}

/** After a change was asked for, nobody may say that nothing was done before it is known. */
const LATE = "It is not known yet whether this went through. Don't press again: you are told here.";
const LATE_FORM =
  "It is not known yet whether this was kept. Your words are safe in this window: leave it open, you are told here.";
const LATE_COMMAND =
  "This takes longer than usual. If no window opens, type it again in a minute. Nothing is sent by that.";
const DONE = "It went through.";

/** The thread that the message with the button stands in, and whether it stands in the channel as well. */
const InThread = z
  .object({
    message: z.object({ thread_ts: z.string().optional(), subtype: z.string().optional() }).optional(),
  })
  .transform(({ message }) => ({
    thread: message?.thread_ts,
    isBroadcast: message?.subtype === "thread_broadcast",
  }));

/** What was pressed or chosen: the button's value, or the one that was picked. Nothing where a choice was taken back. */
const Chosen = z.union([
  z.object({ type: z.literal("button"), value: z.string().default("") }).transform(({ value }) => value),
  z
    .object({ type: z.literal("users_select"), selected_user: z.string().nullish() })
    .transform((it) => it.selected_user ?? ""),
  z
    .object({
      type: z.enum(["static_select", "external_select", "overflow"]),
      selected_option: z.object({ value: z.string() }).nullish(),
    })
    .transform((it) => it.selected_option?.value ?? ""),
]);

/** Where it stands, if in a modal or on the Home. */
const placeOf = (view: BlockAction["view"]) => ({
  viewId: view?.type === "modal" ? view.id : undefined,
  view: view?.type === "modal" ? view : undefined,
  rootViewId: (view?.type === "modal" && view.root_view_id) || undefined,
});

export function registerCommand(
  { app, client, guard, context }: Wires,
  name: string,
  listener: Listener<Command>,
): void {
  app.command(name, ({ command, ack }) => {
    const { team_id: teamId, user_id: userId, channel_id: channel, trigger_id: triggerId } = command;
    return guard.serve({
      what: name,
      presser: { teamId, userId, teams: [teamId] },
      task: taskOf(listener, { text: command.text ?? "", triggerId }, context()),
      late: LATE_COMMAND,
      reply: (answer) => {
        const text = wordsOf(answer);
        return ack(text === undefined ? undefined : { response_type: "ephemeral", text });
      },
      replyLate: async (answer) => {
        const text = wordsOf(answer);
        if (text !== undefined) await whisper(client, { user: userId, channel, text });
      },
    });
  });
}

export function registerShortcut(
  { app, client, guard, context }: Wires,
  name: string,
  listener: Listener<Shortcut>,
): void {
  const chosen = { type: "shortcut", callback_id: name } as const;
  app.shortcut<GlobalShortcut>(chosen, ({ body, ack }) => {
    // It has no channel, so what is to be said is said directly.
    const tellDirectly = async (answer: Answer) => {
      const text = wordsOf(answer);
      if (text !== undefined) await whisper(client, { user: body.user.id, channel: undefined, text });
    };
    return guard.serve({
      what: name,
      presser: presserOf(body),
      task: taskOf(listener, { triggerId: body.trigger_id }, context()),
      late: LATE_COMMAND,
      reply: async (answer) => {
        await ack();
        await tellDirectly(answer);
      },
      replyLate: tellDirectly,
    });
  });
}

export function registerAction(
  { app, client, guard, context, people }: Wires,
  name: string,
  listener: Listener<Action>,
): void {
  const pressed = { type: "block_actions", action_id: name } as const;
  app.action<BlockAction>(pressed, ({ body, action, ack }) => {
    const { trigger_id: triggerId, channel, view, user } = body;
    const value = Chosen.parse(action);
    // What is said goes on top of a modal; on the Home nothing stands on top of anything yet.
    const say = view?.type === "home" ? client.views.open : client.views.push;
    const where = InThread.parse(body);
    const tellHere = ({ ask }: Answer, text: string) =>
      whisper(client, { user: user.id, channel: channel?.id, ...where, text, ask });
    return guard.serve({
      what: name,
      presser: presserOf(body),
      task: taskOf(listener, { ids: readIds(value), value, triggerId, ...placeOf(view) }, context()),
      late: LATE,
      reply: async (answer) => {
        await ack();
        const text = wordsOf(answer);
        if (text === undefined) return;
        if (view) {
          const said = noticeView(people.withNames(text));
          await say({ trigger_id: triggerId, view: said }).catch((error) => {
            // Three windows stand on top of one another at most: what is said is said directly then.
            if (slackErrorOf(error) !== "push_limit_reached") throw error;
            return tellHere(answer, text);
          });
        } else await tellHere(answer, text);
      },
      // By then the trigger is used or too old for a modal.
      replyLate: (answer) => tellHere(answer, wordsOf(answer) ?? DONE),
    });
  });
}

export function registerSubmission(
  { app, client, guard, context, people }: Wires,
  name: string,
  listener: Listener<Submission>,
): void {
  const submitted = { type: "view_submission", callback_id: name } as const;
  app.view<ViewSubmitAction>(submitted, ({ body, view, ack }) => {
    const { id: viewId, private_metadata: metadata, state } = view;
    const rootViewId = view.root_view_id ?? undefined;
    /** Why nothing came of it stands at the field where the person looks. */
    const problemsOf = ({ failed, errors }: Answer): Record<string, string> | undefined => {
      const field = lastFieldOf(view);
      // Under a field Slack shows no mentions.
      return failed !== undefined && field !== undefined ? { [field]: people.withNames(failed) } : errors;
    };
    const viewOf = (answer: Answer) => answer.view ?? noticeView(people.withNames(wordsOf(answer) ?? DONE));
    return guard.serve({
      what: name,
      presser: presserOf(body),
      task: taskOf(listener, { values: state.values, metadata, viewId, rootViewId }, context()),
      late: LATE_FORM,
      reply: (answer) => {
        const errors = problemsOf(answer);
        if (errors) return ack({ response_action: "errors", errors });
        if (!answer.view && wordsOf(answer) === undefined) return ack();
        return ack({ response_action: "update", view: viewOf(answer) });
      },
      replyLate: async (answer) => {
        const problems = problemsOf(answer);
        const next = problems ? formView(view, problems) : viewOf(answer);
        // Whoever has closed the window is told in a message.
        const words = problems ? Object.values(problems).join(" ") : (answer.tell ?? DONE);
        await client.views
          .update({ view_id: viewId, view: next })
          .catch(() => whisper(client, { user: body.user.id, channel: undefined, text: words }));
      },
    });
  });
}

export function registerSuggestion(
  { app, guard, context }: Wires,
  name: string,
  listener: Listener<Suggestion>,
): void {
  const typing = { type: "block_suggestion", action_id: name } as const;
  app.options<"block_suggestion">(typing, ({ body, ack }) =>
    guard.serve({
      what: name,
      presser: { ...presserOf(body), isTyping: true },
      task: taskOf(listener, { typed: body.value }, context()),
      late: "",
      // Nothing but options can be shown there. Whoever may not is told when they press.
      reply: ({ options = [] }) => ack({ options }),
      replyLate: async () => {},
    }),
  );
}

/** What the person is told. Why nothing came of it goes before all else. */
export const wordsOf = ({ tell, failed = tell }: Answer): string | undefined => failed;

/** What a button is about. Nothing has the number 0: that stands for what is no id. */
export const readIds = (value = ""): number[] =>
  value.split(":").map((text) => (/^\d{1,9}$/.test(text) ? Number(text) : 0));

/** A stranger from a shared channel brings a team of their own, beside the workspace's. */
function presserOf({
  team,
  user,
}: Pick<BlockAction | BlockSuggestion | GlobalShortcut | ViewSubmitAction, "team" | "user">): Presser {
  const ownTeam = "team_id" in user ? user.team_id : undefined;
  const teams = [team?.id, ownTeam].filter((id) => id !== undefined);
  return { teamId: ownTeam ?? team?.id ?? "", userId: user.id, teams };
}
