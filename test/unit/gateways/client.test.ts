// How Headgate speaks to Twilio over TLS. The stand-in is plain HTTP, so this has a server of its own.
import { createSecureServer } from "node:http2";
import { text as readAll } from "node:stream/consumers";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { createTwilioGateway } from "../../../src/gateways/twilio/gateway.ts";
import { makeCertificate } from "../../helpers/certificate.ts";
import { newMessageSid } from "../../helpers/twilio-posts.ts";

const account = {
  accountSid: `AC${"1".repeat(32)}`,
  authToken: "2".repeat(32),
  sender: { from: "+12065550199" },
  publicUrl: "http://localhost:1",
};
const text = { to: "+12065550101", body: "Boil your water.", kind: "other" } as const;

/** It would rather speak HTTP/2. */
async function openServer(answer: () => string) {
  const { key, cert } = makeCertificate();
  const versions: string[] = [];
  const bodies: string[] = [];
  const server = createSecureServer({ key, cert, allowHTTP1: true }, async (request, response) => {
    versions.push(request.httpVersion);
    bodies.push(await readAll(request));
    response.writeHead(201, { "content-type": "application/json" });
    response.end(answer());
  });
  await new Promise<void>((done) => server.listen(0, done));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const apiUrl = `https://localhost:${address.port}`;
  const gateway = createTwilioGateway({ ...account, apiUrl, connections: 4 });
  onTestFinished(gateway.close);
  const trust = () => {
    const before = getCACertificates("default");
    setDefaultCACertificates([...before, cert]);
    onTestFinished(() => setDefaultCACertificates(before));
  };
  return { gateway, versions, bodies, trust };
}
const created = () => JSON.stringify({ sid: newMessageSid(), status: "queued" });

test("requests are HTTP/1.1, which sends nothing again by itself", async () => {
  const { gateway, versions, trust } = await openServer(created);
  trust();
  expect(await gateway.send(text)).toMatchObject({ status: "accepted" });
  expect(versions).toEqual(["1.1"]);
});

test("a text goes as it is, and Twilio is asked to leave it so", async () => {
  const { gateway, bodies, trust } = await openServer(created);
  trust();
  const body = "María: hierva 1½ minutos – “así”";
  await gateway.send({ ...text, body });
  const [form] = bodies.map((sent) => Object.fromEntries(new URLSearchParams(sent)));
  expect(form).toMatchObject({ Body: body, SmartEncoded: "false" });
});

test("to whom is not trusted nothing leaves", async () => {
  const { gateway, versions } = await openServer(created);
  const error = await gateway.send(text).catch((reason) => reason);
  expect(error).toMatchObject({
    explanation: { fault: "untrusted" },
    cause: { code: "DEPTH_ZERO_SELF_SIGNED_CERT" },
  });
  expect(versions).toEqual([]);
});

test("an answer that is too long is given up, and nobody knows", async () => {
  const { gateway, trust } = await openServer(() => created().padEnd(5 * 1024 * 1024));
  trust();
  const error = await gateway.send(text).catch((reason) => reason);
  expect(error).toMatchObject({
    explanation: { fault: "ambiguous" },
    cause: { code: "UND_ERR_RES_EXCEEDED_MAX_SIZE" },
  });
});
