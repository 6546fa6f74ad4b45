// What a person does in Slack, and what Slack then shows.
import { deleteFile, type Uploaded, upload } from "../files/file.ts";
import { closedForm } from "../payloads.ts";
import type { Sender } from "../send.ts";
import type { Typed } from "../values.ts";
import { setStack, viewsOf } from "../views.ts";
import { addMessage, personOf, type Workspace } from "../workspace.ts";
import { runCommand } from "./command.ts";
import { openApp, runShortcut } from "./home.ts";
import { ARCHIVED, NO_MESSAGES, type Outcome, outcome } from "./outcome.ts";
import { click, type Press } from "./press.ts";
import { channelOf, viewOf } from "./reach.ts";
import { submit } from "./submit.ts";
import { type Asking, type Suggestion, suggest } from "./suggest.ts";

/** Who types `@TheApp` means the app. */
const withMentions = ({ app }: Workspace, line: string): string =>
  line.replace(new RegExp(`@${RegExp.escape(app.name)}\\b`, "gi"), `<@${app.userId}>`);

export type People = ReturnType<typeof createPeople>;

export function createPeople(workspace: Workspace, sender: Sender) {
  return {
    /** Someone types a line and presses Enter: a slash command, or a message to the others. */
    async type(userId: string, channelId: string, line: string): Promise<Outcome> {
      const [, command, text = ""] = /^(\/\S+)\s*(.*)$/s.exec(line.trim()) ?? [];
      if (command !== undefined) return runCommand(workspace, sender, userId, { command, text, channelId });
      const { id, isArchived, isDirect } = channelOf(workspace, userId, channelId);
      if (isArchived) return outcome({ failure: ARCHIVED });
      if (isDirect && !workspace.app.takesMessages) return outcome({ failure: NO_MESSAGES });
      addMessage(workspace, { channelId: id, user: userId, text: withMentions(workspace, line) });
      return outcome();
    },

    runCommand: (userId: string, command: string, text = "", channelId?: string): Promise<Outcome> =>
      runCommand(workspace, sender, userId, { command, text, channelId }),

    /** Someone opens the app itself, at one of its two tabs. */
    openApp: (userId: string, tab: "home" | "messages" = "home"): Outcome =>
      openApp(workspace, sender, userId, tab),

    runShortcut: (userId: string, callbackId: string): Promise<Outcome> =>
      runShortcut(workspace, sender, userId, callbackId),

    /** Someone types into a menu that the app fills. */
    suggest: (userId: string, asking: Asking): Promise<Suggestion> =>
      suggest(workspace, sender, userId, asking),

    /** Someone drops a file into a form. It is uploaded at once, and stays theirs whatever becomes of the form. */
    upload: (userId: string, file: { name: string; content: Buffer }): Uploaded =>
      upload(workspace, userId, file),

    /** Only one's own. */
    deleteFile(userId: string, fileId: string): void {
      const file = workspace.files.get(fileId);
      if (file?.owner !== userId) throw new Error(`${userId} has no file ${fileId}.`);
      deleteFile(workspace, file);
    },

    click: (userId: string, press: Press): Promise<Outcome> => click(workspace, sender, userId, press),

    submit: (userId: string, viewId: string, typed: Record<string, Typed> = {}): Promise<Outcome> =>
      submit(workspace, sender, userId, { viewId, typed }),

    async close(userId: string, viewId: string): Promise<Outcome> {
      const view = viewOf(workspace, userId, viewId);
      const stack = viewsOf(workspace, userId);
      const clears = view.content.clear_on_close === true;
      setStack(workspace, userId, clears ? [] : stack.slice(0, -1));
      const closed = clears ? [...stack].reverse() : [view];
      const person = personOf(workspace, userId);
      for (const it of closed.filter((one) => one.content.notify_on_close)) {
        await sender.send(closedForm(workspace, person, it, clears));
      }
      return outcome();
    },
  };
}
