// For whoever watches the server.
import { expect, onTestFinished, test as story } from "vitest";
import { type Database, openDatabase } from "../../src/db/open.ts";
import { listen } from "../../src/http.ts";
import { createLog } from "../../src/log.ts";
import { createHealth, type HealthOptions } from "../../src/web/health.ts";
import { openTestDatabase } from "../helpers/database.ts";
import { eventually } from "../helpers/eventually.ts";
import { openScene } from "../helpers/scene.ts";

async function ask(port: number, path: string) {
  const response = await fetch(`http://localhost:${port}${path}`);
  return { status: response.status, body: await response.text() };
}

/** The two routes alone, with what they are told. */
async function serveHealth({ db, ...told }: Partial<HealthOptions> & { db?: Database }): Promise<number> {
  const { isAlive, isReady } = createHealth({
    db: db ?? (await openTestDatabase()).db,
    silentJobs: () => [],
    isIntroduced: () => true,
    ...told,
  });
  const { server, port, serve } = await listen(0, createLog("silent"));
  serve({ "GET /healthz": isAlive, "GET /readyz": isReady });
  onTestFinished(() => void server.close());
  return port;
}

story("a server that is well says so", async () => {
  const { app } = await openScene();
  expect(await ask(app.port, "/healthz")).toEqual({ status: 200, body: "ok\n" });
  // Once it has settled: on a busy machine a database may take two seconds, and then it is called silent.
  const ready = await eventually(async () => {
    const answer = await ask(app.port, "/readyz");
    return answer.status === 200 && answer;
  }, "it to be ready");
  expect(ready).toEqual({ status: 200, body: "ready\n" });
});

story("without Slack the server runs, and says what is wrong", async () => {
  const { app } = await openScene({ settings: { SLACK_API_URL: "http://localhost:1/api/" } });
  expect(await ask(app.port, "/healthz")).toEqual({ status: 200, body: "ok\n" });
  expect(await ask(app.port, "/readyz")).toEqual({
    status: 503,
    body: "Slack can't be reached, or does not accept SLACK_BOT_TOKEN.\n",
  });
});

story("without a database", async () => {
  const { db, close } = openDatabase("postgres://nobody@127.0.0.1:1/nothing");
  onTestFinished(close);
  const port = await serveHealth({ db });
  expect(await ask(port, "/healthz")).toMatchObject({ status: 200 });
  expect(await ask(port, "/readyz")).toEqual({ status: 503, body: "The database does not answer.\n" });
});

story("a job that does not come round is named", async () => {
  const port = await serveHealth({ silentJobs: () => ["resolve"] });
  expect(await ask(port, "/readyz")).toEqual({
    status: 503,
    body: 'The job "resolve" does not come round.\n',
  });
});

story("everything that is wrong is said at once", async () => {
  const port = await serveHealth({ silentJobs: () => ["show", "finish"], isIntroduced: () => false });
  const { body } = await ask(port, "/readyz");
  expect(body.trim().split("\n")).toHaveLength(3);
});
