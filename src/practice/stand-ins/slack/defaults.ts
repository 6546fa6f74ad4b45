// What Slack writes into blocks where the app wrote nothing: ids, and `emoji` and `verbatim` said aloud.

type NewId = (prefix: string) => string;

const isInteractive = (type: unknown) =>
  typeof type === "string" &&
  (/(_select|picker|_input)$/.test(type) ||
    ["button", "overflow", "checkboxes", "radio_buttons"].includes(type));

function defaultsOf(type: unknown, newId: NewId): Record<string, unknown> {
  if (type === "plain_text") return { emoji: true };
  if (type === "mrkdwn") return { verbatim: false };
  return isInteractive(type) ? { action_id: newId("a") } : {};
}

/** The same, completed all the way down. */
export function withDefaults(part: unknown, newId: NewId): unknown {
  if (Array.isArray(part)) return part.map((item) => withDefaults(item, newId));
  if (typeof part !== "object" || part === null) return part;
  const entries = Object.entries(part).map(([key, value]): [string, unknown] => {
    const completed = withDefaults(value, newId);
    return [key, key === "blocks" ? withBlockIds(completed, newId) : completed];
  });
  return { ...defaultsOf("type" in part ? part.type : undefined, newId), ...Object.fromEntries(entries) };
}

function withBlockIds(blocks: unknown, newId: NewId): unknown {
  if (!Array.isArray(blocks)) return blocks;
  return blocks.map((block: object) => ({ block_id: newId("b"), ...block }));
}
