import { createServer } from "node:net";

/** @returns a port of this machine that nobody listens on; the wanted one, or @throws Error where that is taken */
export async function freePort(wanted = 0): Promise<number> {
  const server = createServer();
  await new Promise<void>((done, failed) => {
    server.once("error", failed);
    server.listen(wanted, "127.0.0.1", done);
  });
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === "string") throw new Error("No free port was found.");
  return address.port;
}
