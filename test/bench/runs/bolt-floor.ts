// A Bolt app whose listeners do nothing but answer.
import { App, HTTPReceiver, LogLevel } from "@slack/bolt";
import { freePort } from "../../../src/free-port.ts";
import { SIGNING_SECRET } from "../../../src/practice/stand-ins/slack/send.ts";
import { say } from "../child.ts";

const receiver = new HTTPReceiver({ signingSecret: SIGNING_SECRET, endpoints: "/slack/events" });
const app = new App({
  receiver,
  logLevel: LogLevel.WARN,
  authorize: async () => ({}),
  convoStore: false,
});
app.command("/alert", ({ ack }) => ack());
app.event("app_home_opened", async () => {});
const port = await freePort();
await app.start(port);
say({ port });
