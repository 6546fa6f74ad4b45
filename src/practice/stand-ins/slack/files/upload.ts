import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../../http.ts";
import type { Workspace } from "../workspace.ts";

/** What the app uploads, at the address that it was given for it. */
export async function takeUpload(
  workspace: Workspace,
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
) {
  const body = await readBody(request);
  const file = workspace.files.get(id);
  if (file === undefined || file.content !== undefined) return void response.writeHead(404).end();
  const content = await uploadedContent(request.headers["content-type"] ?? "", body);
  if (content.length !== file.length) {
    return void response.writeHead(400).end(`expected ${file.length} bytes, got ${content.length}`);
  }
  file.content = content;
  response.writeHead(200, { "content-type": "text/plain" }).end(`OK - ${content.length}`);
}

async function uploadedContent(contentType: string, body: Buffer): Promise<Buffer> {
  if (!contentType.startsWith("multipart/form-data")) return body;
  const form = await new Response(new Uint8Array(body), {
    headers: { "content-type": contentType },
  }).formData();
  const part = [...form.values()].find((value) => typeof value !== "string");
  return part === undefined || typeof part === "string" ? Buffer.of() : Buffer.from(await part.arrayBuffer());
}
