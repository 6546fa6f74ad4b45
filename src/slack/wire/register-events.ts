// Tells Bolt of what Slack reports by itself, behind the guard as all else.
import { z } from "zod";
import type { SlackUser } from "../../board/allowlist.ts";
import type { Log } from "../../log.ts";
import type { Answer, Event, Listener } from "./listener.ts";
import { taskOf, type Wires, wordsOf } from "./register.ts";
import { whisper } from "./whisper.ts";

/** What a person wrote: no bot's message, and no news of one that was changed or deleted. */
const Written = z.object({
  user: z.string(),
  channel: z.string(),
  ts: z.string().regex(/^\d+\.\d+$/),
  thread_ts: z.string().optional(),
  channel_type: z.string().optional(),
  subtype: z.enum(["file_share", "me_message", "thread_broadcast"]).optional(),
  bot_id: z.never().optional(),
  // A stranger brings a team of their own.
  team: z.string().optional(),
  user_team: z.string().optional(),
  source_team: z.string().optional(),
});

/** @param name as the manifest calls it: `message.im` is a message in a channel of the type `im` */
export function registerWriter(
  { app, client, guard, context, isFirst }: Wires,
  name: string,
  listener: Listener<Event>,
): void {
  const [type = "", channelType] = name.split(".");
  // Bolt has answered Slack by then, so nothing here is late.
  app.event(type, async ({ event, body }) => {
    const written = Written.safeParse(event);
    if (!written.success || (channelType !== undefined && written.data.channel_type !== channelType)) return;
    const { user: userId, channel, ts, thread_ts, team, user_team, source_team } = written.data;
    const teams = [body.team_id, team, user_team, source_team].filter((id) => id !== undefined);
    const presser = { teamId: user_team ?? team ?? body.team_id, userId, teams };
    // While the database is away the guard says so.
    if (!(await isFirst(presser, new Date(Number(ts) * 1000)).catch(() => true))) return;
    const say = async (answer: Answer) => {
      const text = wordsOf(answer);
      if (!text) return;
      if (channelType === "im")
        await client.chat.postMessage({ channel, text, ...(thread_ts && { thread_ts }) });
      else await whisper(client, { user: userId, channel, thread: thread_ts, text });
    };
    return guard.serve({
      what: name,
      presser,
      task: taskOf(listener, {}, context()),
      late: "",
      reply: say,
      replyLate: say,
    });
  });
}

const Opened = z.object({ user: z.string(), tab: z.string() });

/** Somebody opens Headgate's Home. Whoever may not see it is told there. */
export function registerOpening(
  { app, guard, context, sayAtHome }: Wires,
  name: string,
  listener: Listener<Event>,
): void {
  app.event(name, async ({ event, body }) => {
    const opened = Opened.safeParse(event);
    if (!opened.success || opened.data.tab !== "home") return;
    const { user: userId } = opened.data;
    const show = async (answer: Answer) => {
      const text = wordsOf(answer);
      if (text !== undefined) await sayAtHome({ teamId: body.team_id, userId }, text);
    };
    return guard.serve({
      what: name,
      presser: { teamId: body.team_id, userId, teams: [body.team_id] },
      task: taskOf(listener, {}, context()),
      late: "",
      reply: show,
      replyLate: show,
    });
  });
}

const Account = z.object({ user: z.object({ id: z.string(), team_id: z.string() }) });

/** Slack tells of an account, whoever changed it. What it says is not believed: it is asked who that is now. */
export function registerAccountNews(
  { app, log }: Pick<Wires, "app"> & { log: Log },
  names: readonly string[],
  look: (user: SlackUser) => Promise<unknown>,
): void {
  for (const name of names)
    app.event(name, async ({ event }) => {
      const told = Account.safeParse(event);
      if (!told.success) return;
      const { id: userId, team_id: teamId } = told.data.user;
      // What is missed here is found once a day.
      await look({ teamId, userId }).catch((err) =>
        log.warn({ err, userId }, "an account was not looked at"),
      );
    });
}
