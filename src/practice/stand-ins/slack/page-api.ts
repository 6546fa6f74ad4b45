// What the practice page asks for and does, always as one of the invented people.
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { parseJson, readBody, sendJson } from "../http.ts";
import type { HomeView, ModalView } from "./block-kit/blocks.ts";
import type { People } from "./person/people.ts";
import { viewsOf } from "./views.ts";
import { canSee, directChannel, type Message, SLACKBOT, type View, type Workspace } from "./workspace.ts";

const user = z.string();
const typed = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.null()]));
const place = z.union([
  z.object({ messageTs: z.string(), channelId: z.string() }),
  z.object({ viewId: z.string(), typed }),
]);
const deeds = z.discriminatedUnion("deed", [
  z.object({ deed: z.literal("type"), user, channelId: z.string(), text: z.string().min(1).max(12_000) }),
  z.object({
    deed: z.literal("click"),
    user,
    actionId: z.string(),
    blockId: z.string().optional(),
    value: z.union([z.string(), z.array(z.string()), z.null()]).optional(),
    at: place,
  }),
  z.object({
    deed: z.literal("suggest"),
    user,
    actionId: z.string(),
    blockId: z.string().optional(),
    value: z.string(),
    at: place,
  }),
  z.object({ deed: z.literal("open"), user, tab: z.enum(["home", "messages"]) }),
  z.object({ deed: z.literal("shortcut"), user, callbackId: z.string() }),
  z.object({ deed: z.literal("submit"), user, viewId: z.string(), typed }),
  z.object({ deed: z.literal("close"), user, viewId: z.string() }),
]);
type Deed = z.infer<typeof deeds>;

/** What the page's person can't know of has happened: a closed modal, a message that is gone. */
const goneMeanwhile: Record<Deed["deed"], string> = {
  type: "That channel is not there for you any more. Nothing was written.",
  click: "What you pressed has changed meanwhile, and nothing was done by it. Look again before you press.",
  suggest: "What you typed into has changed meanwhile. Look again.",
  open: "The app is not there for you any more.",
  shortcut: "That shortcut is not there any more. Nothing was done.",
  submit: "This window has been closed meanwhile. Nothing was sent by it.",
  close: "This window is closed already.",
};

const NOBODY = "There is no such person here. Nothing was done.";
const ACCOUNT_CLOSED = "This account is closed. Nothing was done.";

type Stage = { workspace: Workspace; people: People };

/** @returns false where the path is not the page's. */
export async function handlePage(
  stage: Stage,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { workspace, people } = stage;
  if (!request.url?.startsWith("/practice/slack/")) return false;
  const url = new URL(request.url, "http://localhost");
  const [, , , name = "", id = ""] = url.pathname.split("/");
  const userId = url.searchParams.get("user") ?? "";
  if (request.method === "GET" && name === "state") {
    sendJson(response, 200, stateFor(workspace, userId), { "cache-control": "no-store" });
  } else if (request.method === "GET" && name === "file") {
    sendFile(workspace, userId, id, response);
  } else if (request.method === "POST" && name === "upload") {
    const file = { name: url.searchParams.get("name") ?? "file", content: await readBody(request) };
    sendJson(response, 200, workspace.people.has(userId) ? people.upload(userId, file) : { failure: NOBODY });
  } else if (request.method === "POST") {
    const text = (await readBody(request)).toString("utf8");
    const deed = deeds.safeParse({ ...Object(parseJson(text)), deed: name });
    if (!deed.success)
      sendJson(response, 400, { failure: "The practice page sent something odd.", errors: {} });
    else sendJson(response, 200, await perform(stage, deed.data));
  } else sendJson(response, 404, { failure: "There is nothing here.", errors: {} });
  return true;
}

async function perform({ workspace, people }: Stage, deed: Deed) {
  if (workspace.people.get(deed.user)?.deleted) return { failure: ACCOUNT_CLOSED, errors: {} };
  try {
    if (deed.deed === "suggest") {
      const { user, at, ...asking } = deed;
      const { failure, options } = await people.suggest(user, { ...asking, ...at });
      return { failure, options };
    }
    const { failure, errors } = await act(people, deed);
    return { failure, errors };
  } catch {
    return { failure: goneMeanwhile[deed.deed], errors: {} };
  }
}

function act(people: People, deed: Exclude<Deed, { deed: "suggest" }>) {
  switch (deed.deed) {
    case "open":
      return people.openApp(deed.user, deed.tab);
    case "shortcut":
      return people.runShortcut(deed.user, deed.callbackId);
    case "type":
      return people.type(deed.user, deed.channelId, deed.text);
    case "click": {
      const { user, at, actionId, blockId, value } = deed;
      return people.click(user, { actionId, blockId, value, ...at });
    }
    case "submit":
      return people.submit(deed.user, deed.viewId, deed.typed);
    case "close":
      return people.close(deed.user, deed.viewId);
  }
}

/** Everything that this person sees, and nothing else. */
function stateFor(workspace: Workspace, userId: string) {
  const everybody = [...workspace.people.values()];
  const you = workspace.people.get(userId) ?? everybody[0];
  if (you === undefined) throw new Error("The practice Slack has no people.");
  directChannel(workspace, you.id);
  const channels = [...workspace.channels.values()].filter((channel) => channel.members.has(you.id));
  return {
    team: workspace.team.name,
    app: { id: workspace.app.userId, name: workspace.app.name },
    slackbot: SLACKBOT,
    you: you.id,
    people: everybody.map(({ id, name, realName, role, deleted }) => ({
      id,
      name,
      realName,
      role,
      isGone: deleted,
    })),
    commands: workspace.app.commands.map(({ command, description, usageHint }) => ({
      command,
      description,
      usageHint,
    })),
    shortcuts: workspace.app.shortcuts,
    hasHome: workspace.app.hasHome,
    home: shownView(workspace.homes.get(you.id)),
    channelNames: Object.fromEntries(
      [...workspace.channels.values()]
        .filter(({ isPrivate, members }) => !isPrivate || members.has(you.id))
        .map(({ id, name }) => [id, name]),
    ),
    channels: channels.map(({ id, name, isDirect, isPrivate, isArchived }) => ({
      id,
      name,
      isDirect,
      isPrivate,
      isArchived,
      messages: workspace.messages
        .filter((message) => message.channelId === id && canSee(workspace, you.id, message))
        .map(shown),
    })),
    views: viewsOf(workspace, you.id).map(shownView),
  };
}

const shownView = (view: Pick<View<ModalView | HomeView>, "id" | "content" | "state"> | undefined) =>
  view && { id: view.id, content: view.content, state: view.state };

const shown = ({ visibleTo, files, offeredBefore, ...message }: Message) => ({
  ...message,
  isPrivate: visibleTo !== undefined,
  files: files.map(({ id, name, title, length }) => ({ id, name, title, length })),
});

function sendFile(workspace: Workspace, userId: string, id: string, response: ServerResponse): void {
  const file = workspace.files.get(id);
  const isShared = workspace.messages.some(
    (message) => message.files.some((it) => it.id === id) && canSee(workspace, userId, message),
  );
  if (file?.content === undefined || !isShared) return void response.writeHead(404).end();
  response
    .writeHead(200, {
      // As a download of no type: nothing in it may run in the page's own origin.
      "content-type": "application/octet-stream",
      "content-disposition": `attachment; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      "x-content-type-options": "nosniff",
    })
    .end(file.content);
}
