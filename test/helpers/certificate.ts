// A certificate for localhost that signs itself, made anew for each run: Node can make keys but no
// certificates, so its few fields are put together here (RFC 5280, in the encoding of X.690).
import { generateKeyPairSync, sign } from "node:crypto";

export type Certificate = { key: string; cert: string };

const DAY_MS = 86_400_000;

function field(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}
const sequence = (...parts: Buffer[]) => field(0x30, ...parts);
const objectId = (...bytes: number[]) => field(0x06, Buffer.from(bytes));
const integer = (...bytes: number[]) => field(0x02, Buffer.from(bytes));
const time = (at: number) =>
  field(0x17, Buffer.from(`${new Date(at).toISOString().replace(/[-:T]/g, "").slice(2, 14)}Z`));
const extension = (id: Buffer, value: Buffer) => sequence(id, field(0x04, value));

export function makeCertificate(): Certificate {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  const ecdsaWithSha256 = sequence(objectId(0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2));
  const name = sequence(field(0x31, sequence(objectId(0x55, 4, 3), field(0x0c, Buffer.from("localhost")))));
  const alternatives = sequence(
    field(0x82, Buffer.from("localhost")),
    field(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const isAuthority = sequence(field(0x01, Buffer.from([255])));
  const toSign = sequence(
    field(0xa0, integer(2)),
    integer(1),
    ecdsaWithSha256,
    name,
    sequence(time(Date.now() - DAY_MS), time(Date.now() + 30 * DAY_MS)),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    field(
      0xa3,
      sequence(
        extension(objectId(0x55, 0x1d, 0x11), alternatives),
        extension(objectId(0x55, 0x1d, 0x13), isAuthority),
      ),
    ),
  );
  const signature = field(0x03, Buffer.from([0]), sign("sha256", toSign, privateKey));
  const base64 = sequence(toSign, ecdsaWithSha256, signature).toString("base64");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${base64.replace(/.{1,64}/g, "$&\n")}-----END CERTIFICATE-----\n`,
  };
}
