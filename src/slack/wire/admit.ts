// What stands between the wire and Bolt: size, age and shape of a request.
import type { IncomingMessage } from "node:http";
import { z } from "zod";
import { BadRequest, readBody } from "../../http.ts";

const Interaction = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("block_actions"),
    user: z.object({ id: z.string() }),
    trigger_id: z.string(),
    actions: z
      .array(
        z.object({
          action_id: z.string(),
          type: z.enum(["button", "users_select", "static_select", "external_select", "overflow"]),
          value: z.string().optional(),
        }),
      )
      .min(1),
  }),
  z.object({
    type: z.literal("block_suggestion"),
    user: z.object({ id: z.string() }),
    action_id: z.string(),
    value: z.string().max(1_000),
  }),
  z.object({
    type: z.literal("shortcut"),
    user: z.object({ id: z.string() }),
    trigger_id: z.string(),
    callback_id: z.string(),
  }),
  z.object({
    type: z.literal("view_submission"),
    user: z.object({ id: z.string() }),
    view: z.object({
      id: z.string(),
      callback_id: z.string(),
      private_metadata: z.string(),
      state: z.object({ values: z.unknown() }),
    }),
  }),
]);
const EventCallback = z.object({
  type: z.literal("event_callback"),
  team_id: z.string(),
  event: z.object({ type: z.string(), channel_type: z.string().optional() }),
});
const Command = z.object({
  command: z.string(),
  user_id: z.string(),
  team_id: z.string(),
  trigger_id: z.string(),
});

/** Slack's own rule for the past (https://docs.slack.dev/authentication/verifying-requests-from-slack), for the future too. */
const MAX_AGE_SECONDS = 300;

/** What has a listener: "command /alert", "action confirm" and so on. */
export type Known = ReadonlySet<string>;

/**
 * Reads the body and leaves it where Bolt looks for it. Bolt verifies the signature. But it would let through
 * what is dated in the future, and would keep waiting what it has no listener for.
 *
 * @throws BadRequest
 */
export async function admitRequest(
  request: IncomingMessage & { rawBody?: Buffer },
  known: Known,
  nowSeconds: number,
): Promise<void> {
  const stamp = request.headers["x-slack-request-timestamp"];
  // Bolt signs the number that it reads, so "+1795612348" would pass for what Slack signed.
  const sentAt = typeof stamp === "string" && /^[1-9]\d*$/.test(stamp) ? Number(stamp) : Number.NaN;
  if (!(Math.abs(nowSeconds - sentAt) <= MAX_AGE_SECONDS))
    throw new BadRequest(403, "too old, or from the future");
  const body = await readBody(request);
  if (!isKnown(body, request.headers["content-type"], known))
    throw new BadRequest(400, "not a request that we know");
  request.rawBody = Buffer.from(body);
}

function isKnown(body: string, type: string | undefined, known: Known): boolean {
  if (type?.startsWith("application/json")) {
    const json = parseJson(body);
    const event = EventCallback.safeParse(json);
    if (event.success) return known.has(`event ${nameOfEvent(event.data.event)}`);
    // Slack's check of the address, when the app is set up.
    return z.object({ type: z.literal("url_verification") }).safeParse(json).success;
  }
  if (type !== "application/x-www-form-urlencoded") return false;
  const form = new URLSearchParams(body);
  // Slack repeats no field, and nobody knows what Bolt would make of a repeated one.
  if (new Set(form.keys()).size !== form.size) return false;
  if (form.get("ssl_check") === "1") return true;
  const payload = form.get("payload");
  if (payload === null) {
    const command = Command.safeParse(Object.fromEntries(form));
    return command.success && known.has(`command ${command.data.command}`);
  }
  const parsed = Interaction.safeParse(parseJson(payload));
  if (!parsed.success) return false;
  switch (parsed.data.type) {
    case "shortcut":
      return known.has(`shortcut ${parsed.data.callback_id}`);
    case "view_submission":
      return known.has(`submission ${parsed.data.view.callback_id}`);
    case "block_suggestion":
      return known.has(`suggestion ${parsed.data.action_id}`);
    case "block_actions":
      return parsed.data.actions.every(({ action_id }) => known.has(`action ${action_id}`));
  }
}

/** As the manifest calls it: `message.im`, `app_mention`. */
const nameOfEvent = ({ type, channel_type }: z.infer<typeof EventCallback>["event"]): string =>
  channel_type === undefined ? type : `${type}.${channel_type}`;

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
