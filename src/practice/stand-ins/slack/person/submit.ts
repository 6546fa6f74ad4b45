import { z } from "zod";
import { parseJson } from "../../http.ts";
import { submissionForm } from "../payloads.ts";
import type { Sender } from "../send.ts";
import { complaintsOf, type Typed, withTyped } from "../values.ts";
import { openView, readModal, replaceContent, STACK_LIMIT, setStack, viewsOf } from "../views.ts";
import { personOf, type View, type Workspace } from "../workspace.ts";
import { choicesFor } from "./choices.ts";
import { isUninstalled, MODAL_FAILURE, type Outcome, outcome } from "./outcome.ts";
import { viewOf } from "./reach.ts";

const viewAnswer = z.discriminatedUnion("response_action", [
  z.object({ response_action: z.literal("clear") }),
  z.object({ response_action: z.literal("errors"), errors: z.record(z.string(), z.string().min(1)) }),
  z.object({ response_action: z.literal("update"), view: z.unknown() }),
  z.object({ response_action: z.literal("push"), view: z.unknown() }),
]);

/** Someone presses a modal's submit button. */
export async function submit(
  workspace: Workspace,
  sender: Sender,
  userId: string,
  { viewId, typed }: { viewId: string; typed: Record<string, Typed> },
): Promise<Outcome> {
  const view = viewOf(workspace, userId, viewId);
  if (view.content.submit === undefined) throw new Error("This modal has no submit button.");
  view.state = withTyped(view.content.blocks, view.state, typed, choicesFor(workspace, userId, viewId));
  const complaints = complaintsOf(view.content.blocks, view.state);
  if (Object.keys(complaints).length > 0) return outcome({ errors: complaints });

  if (isUninstalled(workspace)) return outcome({ failure: MODAL_FAILURE });
  const answer = await sender.send(submissionForm(workspace, personOf(workspace, userId), view));
  const failed = outcome({ failure: MODAL_FAILURE, answer });
  if (answer.status !== 200) return failed;
  if (answer.body === "") {
    const others = viewsOf(workspace, userId).filter((it) => it.id !== view.id);
    setStack(workspace, userId, others);
    return outcome({ answer });
  }
  const parsed = viewAnswer.safeParse(parseJson(answer.body));
  if (!parsed.success) return failed;
  const errors = obey(workspace, view, parsed.data);
  return errors === undefined ? failed : outcome({ errors, answer });
}

/** @returns what then stands under the fields, or undefined where Slack takes no such answer. */
function obey(workspace: Workspace, view: View, action: z.infer<typeof viewAnswer>) {
  const { userId } = view;
  if (action.response_action === "clear") setStack(workspace, userId, []);
  else if (action.response_action === "errors") {
    const inputs = view.content.blocks.filter(({ type }) => type === "input").map((it) => it.block_id);
    const isPlaced = Object.keys(action.errors).every((blockId) => inputs.includes(blockId));
    return isPlaced ? action.errors : undefined;
  } else {
    const content = readModal(workspace, action.view);
    if ("violations" in content) return undefined;
    const stack = viewsOf(workspace, userId);
    if (action.response_action === "update") replaceContent(workspace, view, content);
    else if (stack.length >= STACK_LIMIT) return undefined;
    else openView(workspace, userId, content, stack);
  }
  return {};
}
