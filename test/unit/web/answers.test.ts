// What a provider is answered, and who hears of it, where the database does not take what it brings.
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../../src/db/open.ts";
import { listen } from "../../../src/http.ts";
import { createLog } from "../../../src/log.ts";
import { createWeb } from "../../../src/web/index.ts";

/** Routes whose provider is believed, and whose database is away. */
async function openRoutes() {
  const { db, close } = openDatabase("postgres://localhost:1/nowhere");
  onTestFinished(close);
  const heard: string[] = [];
  const routes = createWeb({
    db,
    twilio: {
      title: "Twilio",
      readStatus: async () => undefined,
      readInbound: async () => ({ messageSid: "SM1", phone: "+12065550101", body: "STOP" }),
    },
    country: "US",
    onChange: () => heard.push("a change"),
    onMissed: () => heard.push("a text that is missed"),
    slack: () => {},
    silentJobs: () => [],
    lastCheck: () => undefined,
  });
  const { server, port, serve } = await listen({ port: 0 }, createLog("silent"));
  onTestFinished(() => void server.close());
  serve(routes);
  const post = async (path: string) =>
    (await fetch(`http://localhost:${port}/twilio/${path}`, { method: "POST" })).status;
  return { post, heard };
}

test("a text that can't be kept is to be brought again, and is soon looked for", async () => {
  const { post, heard } = await openRoutes();
  expect(await post("inbound")).toBe(503);
  expect(heard).toEqual(["a text that is missed"]);
});

test("a status of no delivery is thanked for, and leads to nothing", async () => {
  const { post, heard } = await openRoutes();
  expect(await post("status")).toBe(204);
  expect(heard).toEqual(["a change"]);
});
