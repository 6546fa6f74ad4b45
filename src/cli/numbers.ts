// npm run numbers: numbers that were found unusable, and trying one again.

import { explainCode } from "../gateways/twilio/codes.ts";
import { nameHolders } from "../members/holders.ts";
import { maskPhone } from "../members/phone.ts";
import { freeNumbers, listBarredNumbers } from "../opt-outs/numbers.ts";
import { readTimeZone } from "../settings/settings.ts";
import { describeTime } from "../text/words.ts";
import { type CliDeps, checkPhone, Refusal, withDatabase } from "./terminal.ts";

export const NUMBERS_USAGE: [string, string][] = [
  ["npm run numbers -- list", "which numbers can't get texts, and why"],
  ["npm run numbers -- free +12065550142", "let the next alert try such a number again"],
];

export function runNumbers(args: readonly string[], deps: CliDeps): Promise<void> | undefined {
  const [what, phone] = args;
  if (what === "list" && args.length === 1) return list(deps);
  if (what === "free" && phone !== undefined && args.length === 2) return free(checkPhone(phone, deps), deps);
  return undefined;
}

type Barred = Awaited<ReturnType<typeof listBarredNumbers>>[number];

export const describeBarred = ({ code, foundAt, triedAgainAt }: Barred, timeZone: string): string =>
  `can't get texts: ${explainCode(code).words} (${code}), found on ${describeTime(foundAt, timeZone)}; ` +
  `tried again from ${describeTime(triedAgainAt, timeZone)} on`;

async function list(deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const timeZone = await readTimeZone(db, deps.settings());
    const barred = await listBarredNumbers(db);
    if (barred.length === 0) deps.write("No number is known as one that can't get texts.");
    const holders = await nameHolders(
      db,
      barred.map(({ phone }) => phone),
    );
    for (const each of barred) {
      const who = holders.get(each.phone) ?? "no member has it now";
      deps.write(`${maskPhone(each.phone)}  ${who}: ${describeBarred(each, timeZone)}.`);
    }
  });
}

async function free(phone: string, deps: CliDeps): Promise<void> {
  await withDatabase(deps, async (db) => {
    const freed = await db.transaction((tx) => freeNumbers(tx, [phone], "by hand", "command line"));
    if (freed.length === 0) {
      throw new Refusal(
        `${maskPhone(phone)} is not known as a number that can't get texts, so nothing was changed. ` +
          "To see what is known of it: npm run opt-out -- show, with the number.",
      );
    }
    deps.write(`${maskPhone(phone)} is tried again by the next alert that it is in.`);
  });
}
