import type { IncomingMessage, ServerResponse } from "node:http";
import { bearerOf, type Reply } from "../../http.ts";
import type { WebApi } from "../web-api.ts";
import { filePayload } from "./file.ts";

/** What a browser without a session gets. To a program it looks like a file: the status is 200. */
const signIn: Reply = {
  status: 200,
  body: "<!DOCTYPE html><html><head><title>Sign in | Slack</title></head><body>Sign in to see this file.</body></html>",
  headers: { "content-type": "text/html; charset=utf-8" },
};

/**
 * A file itself, for the app. Its kind of request is `file_download`.
 * @param name the team's id and the file's
 */
export async function sendFile(
  api: WebApi,
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { workspace } = api;
  const file = workspace.files.get(name.slice(name.indexOf("-") + 1));
  const { app, conditions } = workspace;
  const mayRead =
    bearerOf(request) === api.botToken && conditions.tokenError === undefined && app.scopes.has("files:read");
  await api.respond(response, "file_download", { args: { file: file?.id } }, () => {
    if (!mayRead) return signIn;
    if (file?.content === undefined) return { status: 404, body: "", headers: {} };
    const headers = { "content-type": filePayload(workspace, file).mimetype };
    return { status: 200, body: file.content, headers };
  });
}
