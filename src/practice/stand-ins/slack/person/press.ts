import { elementsIn, type PlacedElement } from "../block-kit/blocks.ts";
import { messageActionForm, viewActionForm } from "../payloads.ts";
import type { Sender } from "../send.ts";
import { type ChoicesIn, type Typed, typedState, withTyped } from "../values.ts";
import { personOf, type Workspace } from "../workspace.ts";
import { choicesFor } from "./choices.ts";
import { BUTTON_FAILURE, isUninstalled, MODAL_FAILURE, type Outcome, outcome } from "./outcome.ts";
import { channelOf, elementOf, messageOf, viewOrHomeOf } from "./reach.ts";

export type Press = {
  actionId: string;
  /** As the person has it before them. A message or view that was changed since has other ids by now. */
  blockId?: string | undefined;
  /** What is chosen in a select; of several buttons with one action id, the value of the one pressed. */
  value?: Typed | undefined;
} & (InMessage | InView);

type InMessage = { messageTs: string; channelId?: string | undefined };
type InView = { viewId: string; typed?: Record<string, Typed> | undefined };

/** Someone presses a button, or chooses in a select. */
export async function click(
  workspace: Workspace,
  sender: Sender,
  userId: string,
  press: Press,
): Promise<Outcome> {
  const inView = "viewId" in press;
  const form = inView ? pressInView(workspace, userId, press) : pressInMessage(workspace, userId, press);
  const inModal = inView && press.viewId !== workspace.homes.get(userId)?.id;
  const failure = inModal ? MODAL_FAILURE : BUTTON_FAILURE;
  if (isUninstalled(workspace)) return outcome({ failure });
  const answer = await sender.send(form);
  return answer.status === 200 ? outcome({ answer }) : outcome({ failure, answer });
}

function pressInMessage(workspace: Workspace, userId: string, press: Press & InMessage) {
  const person = personOf(workspace, userId);
  const message = messageOf(workspace, userId, press.messageTs, press.channelId);
  const found = pressable([...elementsIn(message.blocks), ...message.offeredBefore.toReversed()], press);
  const placed = { ...found, blockId: press.blockId ?? found.blockId };
  const channel = channelOf(workspace, userId, message.channelId);
  const chosen = chosenIn(found, press, choicesFor(workspace, userId, message.ts));
  return messageActionForm(workspace, person, { message, channel, placed, chosen });
}

function pressInView(workspace: Workspace, userId: string, press: Press & InView) {
  const person = personOf(workspace, userId);
  const view = viewOrHomeOf(workspace, userId, press.viewId);
  const placed = pressable(elementsIn(view.content.blocks), press);
  const choicesIn = choicesFor(workspace, userId, view.id);
  const chosen = chosenIn(placed, press, choicesIn);
  const key = `${placed.blockId}/${placed.element.action_id}`;
  const holds = chosen !== undefined && placed.element.type !== "overflow";
  const typed = { ...press.typed, ...(holds && press.value !== undefined ? { [key]: press.value } : {}) };
  view.state = withTyped(view.content.blocks, view.state, typed, choicesIn);
  return viewActionForm(workspace, person, {
    view,
    placed: { ...placed, blockId: press.blockId ?? placed.blockId },
    chosen,
  });
}

function pressable(offered: readonly PlacedElement[], press: Press): PlacedElement {
  const found = elementOf(offered, press);
  if (found.input !== undefined && found.input.dispatch_action !== true) {
    throw new Error(`"${press.actionId}" waits for Submit: it tells the app nothing by itself.`);
  }
  return found;
}

const chosenIn = (placed: PlacedElement, press: Press, choicesIn: ChoicesIn) =>
  placed.element.type === "button" ? undefined : typedState(placed, press.value ?? null, choicesIn);
