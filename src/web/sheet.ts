// One page for board members, to be printed: what to do in an emergency. It holds nobody's data.
import { readFile } from "node:fs/promises";
import type { ServerResponse } from "node:http";

const sheet = new URL("./sheet.html", import.meta.url);

export async function showSheet(_: unknown, response: ServerResponse): Promise<void> {
  response
    .writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    })
    .end(await readFile(sheet));
}
