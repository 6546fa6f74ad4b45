// One real PostgreSQL for the whole run, with a migrated database that each test copies.
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "../../src/db/embedded.ts";
import { migrateDatabase } from "../../src/db/migrate.ts";
import { fillCooperative } from "../../src/practice/start.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The server's URL, with DATABASE where the name goes. */
    serverUrl: string;
    /** The migrated database that tests copy. */
    template: string;
    /** The same with the invented co-op in it, which scenes copy. */
    cooperative: string;
  }
}

export default async function setup(project: TestProject) {
  const folder = await mkdtemp(join(tmpdir(), "headgate-test-"));
  await chmod(folder, 0o755); // the server may run as another user
  // Nothing here outlives the run, so nothing has to reach the disk.
  const server = await startEmbedded(folder, {
    fsync: "off",
    max_connections: "300",
    synchronous_commit: "off",
    full_page_writes: "off",
    wal_level: "minimal",
    max_wal_senders: "0",
    autovacuum: "off",
  });
  await server.createDatabase("migrated");
  await migrateDatabase({ url: server.url("migrated") });
  project.provide("serverUrl", server.url("DATABASE"));
  project.provide("template", "migrated");
  await server.createDatabase("cooperative");
  await migrateDatabase({ url: server.url("cooperative") });
  await fillCooperative(server.url("cooperative"));
  project.provide("cooperative", "cooperative");
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}
