// Slack's side of HTTP: the Web API, uploads, and response URLs.
import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { bearerOf, inJson, parseJson, type Reply, readBody } from "../http.ts";
import type { Respond } from "../misbehaviour.ts";
import { sendFile } from "./files/download.ts";
import { takeUpload } from "./files/upload.ts";
import { readBlocks } from "./methods/chat.ts";
import type { Method } from "./methods/method.ts";
import { methods } from "./methods/methods.ts";
import { type Asked, tooMany } from "./misbehaviour.ts";
import {
  addMessage,
  changeMessage,
  type ResponseUrl,
  removeMessage,
  SLACKBOT,
  type Workspace,
} from "./workspace.ts";

export type ApiCall = { method: string; args: Record<string, unknown>; at: Date };

export type WebApi = {
  workspace: Workspace;
  botToken: string;
  respond: Respond<string, Asked>;
  calls: ApiCall[];
  /** Undefined: the call may pass; otherwise the seconds to wait. */
  limit(name: string, method: Method, args: Record<string, unknown>): number | undefined;
};

const RESPONSE_URL_USES = 5;
const RESPONSE_URL_LIFE = 30 * 60_000;

/** @returns false where the path is not Slack's. */
export async function handleSlack(
  api: WebApi,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const path = (request.url ?? "/").replace(/\?.*/s, "");
  const [, area, kind, name = ""] = path.split("/");
  if (area !== "slack") return false;
  if (kind === "api") await answerMethod(api, name, request, response);
  else if (kind === "upload") await takeUpload(api.workspace, name, request, response);
  else if (kind === "files-pri") await sendFile(api, name, request, response);
  else if (kind === "response") await takeResponse(api, name, request, response);
  else return false;
  return true;
}

async function answerMethod(api: WebApi, name: string, request: IncomingMessage, response: ServerResponse) {
  const args = readArguments(request.headers["content-type"] ?? "", await readBody(request));
  await api.respond(response, name, { args }, () => {
    const refusal = refuse(api, name, request, args);
    if (refusal !== undefined) return inJson(200, { ok: false, ...refusal });
    const method = methods[name];
    if (method === undefined) return inJson(200, { ok: false, error: "unknown_method" });
    const wait = api.limit(name, method, args);
    if (wait !== undefined) return tooMany(wait);
    api.calls.push({ method: name, args, at: api.workspace.now() });
    const scopes = [...api.workspace.app.scopes].join(",");
    return inJson(200, method.run(api.workspace, args), { "x-oauth-scopes": scopes });
  });
}

function refuse(api: WebApi, name: string, request: IncomingMessage, args: Record<string, unknown>) {
  const token = bearerOf(request) ?? args.token;
  if (token === undefined) return { error: "not_authed" };
  if (token !== api.botToken) return { error: "invalid_auth" };
  const { tokenError } = api.workspace.conditions;
  if (tokenError !== undefined) return { error: tokenError };
  const scope = methods[name]?.scope;
  const needed = typeof scope === "function" ? scope(api.workspace, args) : scope;
  const { scopes } = api.workspace.app;
  if (needed === undefined || scopes.has(needed)) return undefined;
  return { error: "missing_scope", needed, provided: [...scopes].join(",") };
}

/** Forms carry what is more than text as JSON. */
function readArguments(contentType: string, body: Buffer): Record<string, unknown> {
  const text = body.toString("utf8");
  if (contentType.startsWith("application/json")) {
    const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(text));
    return parsed.success ? parsed.data : {};
  }
  const fields = [...new URLSearchParams(text)].map(([key, value]): [string, unknown] => [
    key,
    ["blocks", "view", "files", "metadata"].includes(key) ? (parseJson(value) ?? value) : value,
  ]);
  return Object.fromEntries(fields);
}

const responseBody = z.object({
  text: z.string().optional(),
  blocks: z.unknown().optional(),
  response_type: z.enum(["ephemeral", "in_channel"]).optional(),
  replace_original: z.boolean().optional(),
  delete_original: z.boolean().optional(),
  thread_ts: z.string().optional(),
});

async function takeResponse(api: WebApi, token: string, request: IncomingMessage, response: ServerResponse) {
  const body = responseBody.safeParse(parseJson((await readBody(request)).toString("utf8")));
  const args = body.success ? body.data : {};
  await api.respond(response, "response_url", { args }, () => {
    const use = api.workspace.responseUrls.get(token);
    const age = api.workspace.now().getTime() - (use?.issuedAt.getTime() ?? 0);
    if (use === undefined || age > RESPONSE_URL_LIFE) return { status: 404, body: "expired_url" };
    if (use.uses >= RESPONSE_URL_USES) return { status: 404, body: "used_url" };
    if (!body.success) return { status: 400, body: "invalid_payload" };
    use.uses += 1;
    return showResponse(api.workspace, use, body.data);
  });
}

function showResponse(workspace: Workspace, use: ResponseUrl, data: z.infer<typeof responseBody>): Reply {
  if (data.delete_original) {
    if (use.original !== undefined) removeMessage(workspace, use.original);
    return { status: 200, body: "ok" };
  }
  const blocks = readBlocks(workspace, data);
  if (!Array.isArray(blocks)) return inJson(400, blocks);
  if (data.replace_original && use.original !== undefined) {
    changeMessage(workspace, use.original, { text: data.text ?? "", blocks });
  } else {
    addMessage(workspace, {
      channelId: use.channelId,
      user: workspace.app.userId,
      text: data.text ?? "",
      blocks,
      threadTs: data.thread_ts,
      visibleTo: data.response_type === "in_channel" ? undefined : use.userId,
    });
  }
  return { status: 200, body: "ok" };
}

/** The same form answers a slash command at once, in the ack's own body. */
export function showAck(
  workspace: Workspace,
  at: { channelId: string; userId: string },
  answer: string,
): void {
  if (answer.trim() === "") return;
  const parsed = responseBody.safeParse(parseJson(answer));
  const data = parsed.success ? parsed.data : { text: answer, blocks: undefined };
  const blocks = readBlocks(workspace, data);
  if (!Array.isArray(blocks)) {
    slackbotSays(workspace, at, `The app's answer can't be shown (${blocks.error}).`);
    return;
  }
  const isPublic = parsed.success && parsed.data.response_type === "in_channel";
  addMessage(workspace, {
    channelId: at.channelId,
    user: workspace.app.userId,
    text: data.text ?? "",
    blocks,
    visibleTo: isPublic ? undefined : at.userId,
  });
}

export function slackbotSays(
  workspace: Workspace,
  at: { channelId: string; userId: string },
  text: string,
): void {
  addMessage(workspace, { channelId: at.channelId, user: SLACKBOT, text, visibleTo: at.userId });
}
