// What a person does in Slack, and what Slack then shows.
import { z } from "zod";
import { parseJson } from "../http.ts";
import { type Block, elementsIn, type PlacedElement } from "./block-kit/blocks.ts";
import { closedForm, commandForm, messageActionForm, submissionForm, viewActionForm } from "./payloads.ts";
import type { Answer, Sender } from "./send.ts";
import { complaintsOf, type Typed, typedState, withTyped } from "./values.ts";
import { openView, readModal, replaceContent, STACK_LIMIT, setStack, viewsOf } from "./views.ts";
import { showAck, slackbotSays } from "./web-api.ts";
import {
  addMessage,
  type Channel,
  canSee,
  type Message,
  personOf,
  type View,
  type Workspace,
} from "./workspace.ts";

/** What the person sees happen besides changed messages and modals. */
export type Outcome = {
  /** Slack's own words where the app did not answer as it must. */
  failure: string | undefined;
  /** What stands under the fields, by block id. */
  errors: Record<string, string>;
  /** The app's answer; undefined where Slack did not ask it. */
  answer: Answer | undefined;
};

export type Press = {
  actionId: string;
  blockId?: string | undefined;
  /** What is chosen in a select; of several buttons with one action id, the value of the one pressed. */
  value?: Typed | undefined;
} & (InMessage | InView);

type InMessage = { messageTs: string; channelId?: string | undefined };
type InView = { viewId: string; typed?: Record<string, Typed> | undefined };

export type People = ReturnType<typeof createPeople>;

const MODAL_FAILURE = "We had some trouble connecting. Try again?";
const BUTTON_FAILURE = "Oh no, something went wrong. Please try that again.";

const viewAnswer = z.discriminatedUnion("response_action", [
  z.object({ response_action: z.literal("clear") }),
  z.object({ response_action: z.literal("errors"), errors: z.record(z.string(), z.string().min(1)) }),
  z.object({ response_action: z.literal("update"), view: z.unknown() }),
  z.object({ response_action: z.literal("push"), view: z.unknown() }),
]);

export function createPeople(workspace: Workspace, sender: Sender) {
  /** Someone types a line and presses Enter: a slash command, or a message to the others. */
  function type(userId: string, channelId: string, line: string): Promise<Outcome> {
    const [, command, text = ""] = /^(\/\S+)\s*(.*)$/s.exec(line.trim()) ?? [];
    if (command !== undefined) return runCommand(userId, command, text, channelId);
    addMessage(workspace, { channelId: channelOf(userId, channelId).id, user: userId, text: line });
    return Promise.resolve(outcome());
  }

  async function runCommand(
    userId: string,
    command: string,
    text = "",
    channelId?: string,
  ): Promise<Outcome> {
    const person = personOf(workspace, userId);
    const channel = channelOf(userId, channelId);
    const at = { channelId: channel.id, userId };
    const { commands, scopes } = workspace.app;
    const isKnown = commands.some((it) => it.command === command) && scopes.has("commands");
    if (!isKnown) {
      slackbotSays(workspace, at, `${command} is not a valid command.`);
      return outcome({ failure: `${command} is not a valid command.` });
    }
    const answer = await sender.send(commandForm(workspace, person, channel, { command, text }));
    if (answer.status === 200) {
      showAck(workspace, at, answer.body);
      return outcome({ answer });
    }
    const reason = answer.status === null ? answer.reason : "dispatch_failed";
    const failure = `${command} failed with the error "${reason}"`;
    slackbotSays(workspace, at, failure);
    return outcome({ failure, answer });
  }

  async function click(userId: string, press: Press): Promise<Outcome> {
    const person = personOf(workspace, userId);
    const send = "viewId" in press ? pressInView(press) : pressInMessage(press);
    const answer = await sender.send(send);
    const failure = "viewId" in press ? MODAL_FAILURE : BUTTON_FAILURE;
    return answer.status === 200 ? outcome({ answer }) : outcome({ failure, answer });

    function pressInMessage(at: InMessage) {
      const message = messageOf(userId, at.messageTs, at.channelId);
      const placed = findElement(message.blocks, press);
      const channel = channelOf(userId, message.channelId);
      return messageActionForm(workspace, person, {
        message,
        channel,
        placed,
        chosen: chosenIn(placed, press),
      });
    }

    function pressInView(at: InView) {
      const view = viewOf(userId, at.viewId);
      const placed = findElement(view.content.blocks, press);
      const chosen = chosenIn(placed, press);
      const key = `${placed.blockId}/${placed.element.action_id}`;
      const holds = chosen !== undefined && placed.element.type !== "overflow";
      const typed = { ...at.typed, ...(holds && press.value !== undefined ? { [key]: press.value } : {}) };
      view.state = withTyped(view.content.blocks, view.state, typed);
      return viewActionForm(workspace, person, { view, placed, chosen });
    }
  }

  async function submit(userId: string, viewId: string, typed: Record<string, Typed> = {}): Promise<Outcome> {
    const view = viewOf(userId, viewId);
    if (view.content.submit === undefined) throw new Error("This modal has no submit button.");
    view.state = withTyped(view.content.blocks, view.state, typed);
    const complaints = complaintsOf(view.content.blocks, view.state);
    if (Object.keys(complaints).length > 0) return outcome({ errors: complaints });

    const answer = await sender.send(submissionForm(workspace, personOf(workspace, userId), view));
    const failed = outcome({ failure: MODAL_FAILURE, answer });
    if (answer.status !== 200) return failed;
    if (answer.body === "") {
      setStack(
        workspace,
        userId,
        viewsOf(workspace, userId).filter((it) => it.id !== view.id),
      );
      return outcome({ answer });
    }
    const parsed = viewAnswer.safeParse(parseJson(answer.body));
    if (!parsed.success) return failed;
    return act(view, parsed.data) ?? failed;

    function act(view: View, action: z.infer<typeof viewAnswer>): Outcome | undefined {
      if (action.response_action === "clear") setStack(workspace, userId, []);
      else if (action.response_action === "errors") {
        const inputs = view.content.blocks
          .filter((block) => block.type === "input")
          .map((block) => block.block_id);
        const isPlaced = Object.keys(action.errors).every((blockId) => inputs.includes(blockId));
        return isPlaced ? outcome({ errors: action.errors, answer }) : undefined;
      } else {
        const content = readModal(workspace, action.view);
        if ("violations" in content) return undefined;
        const stack = viewsOf(workspace, userId);
        if (action.response_action === "update") replaceContent(workspace, view, content);
        else if (stack.length >= STACK_LIMIT) return undefined;
        else openView(workspace, userId, content, stack);
      }
      return outcome({ answer });
    }
  }

  async function close(userId: string, viewId: string): Promise<Outcome> {
    const view = viewOf(userId, viewId);
    const stack = viewsOf(workspace, userId);
    const clears = view.content.clear_on_close === true;
    setStack(workspace, userId, clears ? [] : stack.slice(0, -1));
    const closed = clears ? [...stack].reverse() : [view];
    const person = personOf(workspace, userId);
    for (const it of closed.filter((one) => one.content.notify_on_close)) {
      await sender.send(closedForm(workspace, person, it, clears));
    }
    return outcome();
  }

  /** The topmost view: nothing below it can be reached. */
  function viewOf(userId: string, viewId: string): View {
    const top = viewsOf(workspace, userId).at(-1);
    if (top?.id !== viewId) throw new Error(`The view ${viewId} is not the topmost one of ${userId}.`);
    return top;
  }

  function messageOf(userId: string, ts: string, channelId?: string): Message {
    const found = workspace.messages.find(
      (message) => message.ts === ts && (channelId === undefined || message.channelId === channelId),
    );
    if (found === undefined || !canSee(workspace, userId, found)) {
      throw new Error(`${userId} sees no message ${ts}.`);
    }
    return found;
  }

  function channelOf(userId: string, channelId?: string): Channel {
    const own = [...workspace.channels.values()].filter((channel) => channel.members.has(userId));
    const channel = own.find((it) => it.id === channelId);
    if (channel !== undefined) return channel;
    if (channelId !== undefined) throw new Error(`${userId} is not in the channel ${channelId}.`);
    const anywhere = own[0] ?? workspace.channels.get(workspace.channelId);
    if (anywhere === undefined) throw new Error("The practice Slack has no channel.");
    return anywhere;
  }

  return { type, runCommand, click, submit, close };
}

const outcome = (part: Partial<Outcome> = {}): Outcome => ({
  failure: undefined,
  errors: {},
  answer: undefined,
  ...part,
});

function findElement(blocks: readonly Block[], press: Press): PlacedElement {
  const found = elementsIn(blocks).find(
    ({ blockId, element }) =>
      element.action_id === press.actionId &&
      (press.blockId === undefined || press.blockId === blockId) &&
      (element.type !== "button" || press.value === undefined || press.value === element.value),
  );
  if (found === undefined)
    throw new Error(`There is nothing to press with the action id "${press.actionId}".`);
  if (found.input !== undefined && found.input.dispatch_action !== true) {
    throw new Error(`"${press.actionId}" waits for Submit: it tells the app nothing by itself.`);
  }
  return found;
}

function chosenIn({ element }: PlacedElement, press: Press) {
  return element.type === "button" ? undefined : typedState(element, press.value ?? null);
}
