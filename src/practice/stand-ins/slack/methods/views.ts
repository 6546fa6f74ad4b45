// https://docs.slack.dev/reference/methods/views.open
import { z } from "zod";
import { elementsIn } from "../block-kit/blocks.ts";
import {
  findView,
  type Invalid,
  openView,
  publishHome,
  readHome,
  readModal,
  replaceContent,
  STACK_LIMIT,
  viewPayload,
  viewsOf,
} from "../views.ts";
import type { Workspace } from "../workspace.ts";
import { fail, id, type Method, method, tier4 } from "./method.ts";

const TRIGGER_LIFE = 3_000;

/** Takes the trigger, which serves once and within three seconds. */
function useTrigger(workspace: Workspace, triggerId: string) {
  const trigger = workspace.triggers.get(triggerId);
  if (trigger === undefined) return fail("invalid_trigger_id");
  if (workspace.now().getTime() - trigger.issuedAt.getTime() > TRIGGER_LIFE)
    return fail("expired_trigger_id");
  if (trigger.used) return fail("exchanged_trigger_id");
  trigger.used = true;
  return trigger;
}

function refused({ violations }: Invalid) {
  const tooLarge = violations.some((violation) => violation.includes("bytes"));
  return fail(tooLarge ? "view_too_large" : "invalid_arguments", violations);
}

function readView(workspace: Workspace, raw: unknown, own?: string) {
  const content = readModal(workspace, raw);
  if ("violations" in content) return refused(content);
  const takesFiles = elementsIn(content.blocks).some(({ element }) => element.type === "file_input");
  if (takesFiles && !workspace.app.scopes.has("files:read")) return fail("missing_scope");
  const twin = content.external_id ? findView(workspace, { externalId: content.external_id }) : undefined;
  return twin !== undefined && twin.id !== own ? fail("duplicate_external_id") : content;
}

const viewShape = z.object({ trigger_id: id, view: z.unknown() });

const shownView = (workspace: Workspace, view: Parameters<typeof viewPayload>[1]) => ({
  ok: true,
  view: viewPayload(workspace, view),
});

export const viewMethods: Record<string, Method> = {
  "views.open": method({ perMinute: tier4 }, viewShape, (workspace, args) => {
    const content = readView(workspace, args.view);
    if ("ok" in content) return content;
    const trigger = useTrigger(workspace, args.trigger_id);
    return "ok" in trigger ? trigger : shownView(workspace, openView(workspace, trigger.userId, content, []));
  }),

  "views.push": method({ perMinute: tier4 }, viewShape, (workspace, args) => {
    const content = readView(workspace, args.view);
    if ("ok" in content) return content;
    const trigger = useTrigger(workspace, args.trigger_id);
    if ("ok" in trigger) return trigger;
    const below = viewsOf(workspace, trigger.userId);
    // Only what was pressed inside a modal may put another view on top of it.
    if (!below.some((view) => view.id === trigger.viewId)) return fail("invalid_trigger_id");
    if (below.length >= STACK_LIMIT) return fail("push_limit_reached");
    return shownView(workspace, openView(workspace, trigger.userId, content, below));
  }),

  // https://docs.slack.dev/reference/methods/views.publish: at any time, without a trigger.
  "views.publish": method(
    { perMinute: tier4 },
    z.object({ user_id: id, hash: z.string().optional(), view: z.unknown() }),
    (workspace, args) => {
      if (!workspace.app.hasHome) return fail("not_enabled");
      const person = workspace.people.get(args.user_id);
      if (person === undefined || person.deleted || person.isBot) return fail("user_not_found");
      const content = readHome(workspace, args.view);
      if ("violations" in content) return refused(content);
      const known = workspace.homes.get(person.id);
      if (args.hash !== undefined && args.hash !== known?.hash) return fail("hash_conflict");
      return shownView(workspace, publishHome(workspace, person.id, content));
    },
  ),

  "views.update": method(
    { perMinute: tier4 },
    z.object({
      view_id: id.optional(),
      external_id: id.optional(),
      hash: z.string().optional(),
      view: z.unknown(),
    }),
    (workspace, args) => {
      const view = findView(workspace, { id: args.view_id, externalId: args.external_id });
      if (view === undefined) return fail("not_found");
      if (args.hash !== undefined && args.hash !== view.hash) return fail("hash_conflict");
      const content = readView(workspace, args.view, view.id);
      if ("ok" in content) return content;
      replaceContent(workspace, view, content);
      return shownView(workspace, view);
    },
  ),
};
