// A Slack that answers at once and believes everybody, and what its people press, signed as Slack signs.
import { createServer } from "node:http";
import { Agent, request } from "undici";
import { SIGNING_SECRET, signSlack } from "../../src/practice/stand-ins/slack/send.ts";

const TEAM = "T1";
const UPLOAD = "upload";

export type BenchSlack = Awaited<ReturnType<typeof startSlack>>;

type Arrival = { method: string; body: string; at: number };

export async function startSlack() {
  const agent = new Agent({ pipelining: 1 });
  const waiting: { method: string; part: string; found: (at: number) => void }[] = [];
  let calls = 0;
  let uploaded = 0;

  function came({ method, body, at }: Arrival): void {
    const index = waiting.findIndex((each) => each.method === method && body.includes(each.part));
    if (index >= 0) waiting.splice(index, 1)[0]?.found(at);
  }

  const server = createServer((asked, response) => {
    const method = asked.url?.split("/").at(-1) ?? "";
    const pieces: Buffer[] = [];
    asked.on("data", (piece: Buffer) => {
      if (method === UPLOAD) uploaded += piece.length;
      else pieces.push(piece);
    });
    asked.on("end", () => {
      came({ method, body: Buffer.concat(pieces).toString(), at: performance.now() });
      const body = JSON.stringify({
        ok: true,
        team_id: TEAM,
        user_id: "UBOT",
        user: { id: "U1", team_id: TEAM },
        upload_url: `http://127.0.0.1:${port}/${UPLOAD}`,
        file_id: "F1",
        channel: method === "conversations.open" ? { id: "D1" } : "C0BOARD",
        ts: `1.${++calls}`,
      });
      response.writeHead(200, { "content-type": "application/json" }).end(body);
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;

  async function post(appPort: number, contentType: string, body: string): Promise<number> {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const response = await request(`http://127.0.0.1:${appPort}/slack/events`, {
      dispatcher: agent,
      method: "POST",
      headers: {
        "content-type": contentType,
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signSlack(SIGNING_SECRET, timestamp, body),
      },
      body,
    });
    const at = performance.now();
    const said = await response.body.text();
    if (response.statusCode !== 200) throw new Error(`Slack was answered ${response.statusCode} ${said}`);
    return at;
  }

  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    /** The bytes of all files so far. */
    uploaded: () => uploaded,
    /** When the next call of this method arrives, with this in what it says. */
    next: (method: string, part = ""): Promise<number> =>
      new Promise((found) => waiting.push({ method, part, found })),
    /** @returns when the app's answer was there */
    send: (appPort: number, form: Record<string, string>): Promise<number> =>
      post(appPort, "application/x-www-form-urlencoded", new URLSearchParams(form).toString()),
    /** The same of what nobody pressed. */
    tell: (appPort: number, event: object): Promise<number> =>
      post(appPort, "application/json", JSON.stringify(event)),
    async stop(): Promise<void> {
      await agent.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export const commandForm = (command: string, userId: string): Record<string, string> => ({
  command,
  text: "",
  user_id: userId,
  team_id: TEAM,
  trigger_id: "1.2.3",
  channel_id: "C0BOARD",
});

export const pressForm = (actionId: string, value: string, userId: string): Record<string, string> => ({
  payload: JSON.stringify({
    type: "block_actions",
    team: { id: TEAM },
    user: { id: userId, team_id: TEAM },
    trigger_id: "1.2.3",
    channel: { id: "C0BOARD" },
    actions: [{ type: "button", action_id: actionId, block_id: "b", value, action_ts: "1.2" }],
  }),
});

/** They open Headgate's Home. */
export const homeOpened = (userId: string): object => ({
  type: "event_callback",
  team_id: TEAM,
  api_app_id: "A1",
  event_id: `Ev${crypto.randomUUID()}`,
  event_time: Math.floor(Date.now() / 1000),
  is_ext_shared_channel: false,
  authorizations: [{ team_id: TEAM, user_id: "UBOT", is_bot: true, enterprise_id: null }],
  event: { type: "app_home_opened", user: userId, channel: "D1", tab: "home", event_ts: "1.2" },
});
