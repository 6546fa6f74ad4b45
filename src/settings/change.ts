// An admin looks through the co-op's own settings, and changes one.
import { type Actor, record } from "../audit/audit.ts";
import type { ServerSettings } from "../config.ts";
import type { Reader, Tx } from "../db/open.ts";
import { type ActorKind, settings } from "../db/schema.ts";
import { signal } from "../db/signals.ts";
import type { OwnName } from "../own-settings.ts";
import { contents } from "./contents.ts";
import { ownNames, readKept, settingsOf, textsOf, whyNot } from "./settings.ts";

export type DescribedSetting = {
  name: OwnName;
  label: string;
  hint: string;
  /** What holds, in words. */
  value: string;
  /** The same as it was typed, to be changed; empty where nobody has set it. */
  typed: string;
  /** Who has set it: the environment, with which nobody in Slack can argue; an admin; or nobody. */
  from: "the server" | "an admin" | "default";
  /** Counts the changes. Whoever changes it says which of them they have seen. */
  version: number;
  /** The last change, also where it does not hold; and what it was before, null where nobody had set it. */
  changed: { at: Date; actorKind: ActorKind; actor: string; before: string | null } | undefined;
};

/** All of them, in the order of the table of contents. */
export async function describeSettings(db: Reader, server: ServerSettings): Promise<DescribedSetting[]> {
  const kept = await readKept(db);
  const texts = textsOf(kept);
  const holds = settingsOf(server, texts);
  return ownNames.map((name) => {
    const { label, hint, say } = contents[name];
    const last = kept.get(name);
    const chosen = texts[name];
    const typed = server.given[name] ?? chosen;
    const isUsable = chosen !== undefined && whyNot(name, chosen) === undefined;
    return {
      name,
      label,
      hint,
      value: say(holds),
      typed: typed?.trim() ?? "",
      from: server.given[name] !== undefined ? "the server" : isUsable ? "an admin" : "default",
      version: last?.version ?? 0,
      changed: last && {
        at: last.changedAt,
        actorKind: last.actorKind,
        actor: last.actor,
        before: last.before,
      },
    };
  });
}

export type SettingChange = {
  name: OwnName;
  /** As a person types it. Empty: it is not set any more, and the default holds. */
  typed: string;
  /** The version that they have seen. */
  seen: number;
};

export type ChangeOutcome =
  | { outcome: "changed" | "unchanged" }
  /** Somebody else was first: what they did stands, and is to be shown before it is changed again. */
  | { outcome: "changed meanwhile" }
  | { outcome: "set on the server" }
  /** A whole sentence. */
  | { outcome: "refused"; problem: string };

/** Keeps the change and what was before it, and tells all instances. */
export async function changeSetting(
  tx: Tx,
  { name, typed, seen }: SettingChange,
  actor: Actor,
  server: Pick<ServerSettings, "given">,
): Promise<ChangeOutcome> {
  if (server.given[name] !== undefined) return { outcome: "set on the server" };
  const value = typed.trim() === "" ? null : typed.trim();
  const why = value === null ? undefined : whyNot(name, value);
  if (why !== undefined) return { outcome: "refused", problem: `${contents[name].label} ${why}.` };
  const last = (await readKept(tx)).get(name);
  if ((last?.version ?? 0) !== seen) return { outcome: "changed meanwhile" };
  if ((last?.value ?? null) === value) return { outcome: "unchanged" };
  const version = seen + 1;
  const by =
    typeof actor === "string"
      ? { actorKind: actor, actor }
      : { actorKind: "board" as const, actor: actor.userId };
  // Of two at once the second waits here for the first.
  const kept = await tx
    .insert(settings)
    .values({ name, version, value, ...by })
    .onConflictDoNothing()
    .returning({ version: settings.version });
  if (kept.length === 0) return { outcome: "changed meanwhile" };
  await record(tx, { actor, action: "setting changed", detail: { setting: name, settingVersion: version } });
  await signal(tx, { about: "settings" });
  return { outcome: "changed" };
}
