// What every Web API method has: a scope, a rate, and arguments of a certain shape.
import { z } from "zod";
import { type Channel, directChannel, type Workspace } from "../workspace.ts";

export type Reply = { ok: boolean; error?: string; [key: string]: unknown };

/** One scope, or the one that these arguments need. */
type Scope = string | ((workspace: Workspace, args: Record<string, unknown>) => string | undefined);

export type Method = {
  scope?: Scope;
  /** At most this many calls within this many seconds; `chat.postMessage` is counted by channel. */
  rate: { calls: number; seconds: number };
  run(workspace: Workspace, args: Record<string, unknown>): Reply;
};

export const fail = (error: string, messages: string[] = []): Reply => ({
  ok: false,
  error,
  ...(messages.length === 0
    ? {}
    : { response_metadata: { messages: messages.map((message) => `[ERROR] ${message}`) } }),
});

/** A method whose arguments must have this shape. */
export function method<T extends z.ZodType>(
  { scope, ...rest }: { scope?: Scope; perMinute: number },
  shape: T,
  run: (workspace: Workspace, args: z.infer<T>) => Reply,
): Method {
  return {
    ...(scope === undefined ? {} : { scope }),
    rate: { calls: rest.perMinute, seconds: 60 },
    run(workspace, args) {
      const parsed = shape.safeParse(args);
      if (parsed.success) return run(workspace, parsed.data);
      const messages = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
      return fail("invalid_arguments", messages);
    },
  };
}

export const id = z.string().min(1);

/** A form says yes or no as a word. */
export const flag = z
  .union([z.boolean(), z.enum(["true", "false", "1", "0"])])
  .transform((said) => said === true || said === "true" || said === "1")
  .default(false);

/** Calls a minute: https://docs.slack.dev/apis/web-api/rate-limits */
export const tier3 = 50;
export const tier4 = 100;

/** What the app may know of: a private channel that it is not in does not exist for it. */
export function knownChannel(workspace: Workspace, id: string): Channel | undefined {
  const channel = workspace.channels.get(id);
  return channel?.isPrivate && !channel.members.has(workspace.app.userId) ? undefined : channel;
}

/**
 * Where the app may write. A person's id stands for the direct messages with that person.
 * @returns the channel, or the error
 */
export function channelFor(workspace: Workspace, name: string): Channel | string {
  const person = workspace.people.get(name);
  if (person !== undefined) return person.deleted ? "user_disabled" : directChannel(workspace, name);
  const channel = knownChannel(workspace, name);
  if (channel === undefined) return "channel_not_found";
  if (channel.isArchived) return "is_archived";
  return channel.members.has(workspace.app.userId) ? channel : "not_in_channel";
}
