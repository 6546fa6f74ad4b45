// Numbers that are new to an account: what stands against them may have been about somebody else.
import { isOneOf } from "../db/is-one-of.ts";
import type { Reader } from "../db/open.ts";
import { optOuts, unusablePhones } from "../db/schema.ts";
import { isAtProvider } from "../opt-outs/opt-outs.ts";
import { describeTime } from "../text/words.ts";
import { maskPhone } from "./phone.ts";
import type { TakenRow } from "./plan.ts";

/**
 * A number that was found unusable is tried again. An opt-out stays with its number, because nobody knows that it
 * has another owner: that is said, and what to do.
 *
 * @returns the numbers that are to be freed
 */
export async function lookAtNewNumbers(
  db: Reader,
  taken: readonly TakenRow[],
  timeZone: string,
): Promise<string[]> {
  const moved = taken.filter(({ phone, phoneBefore }) => phone !== null && phone !== phoneBefore);
  const phones = moved.flatMap(({ phone, phoneBefore }) => [phone, phoneBefore]).filter((it) => it !== null);
  const arriving = moved.flatMap(({ phone }) => phone ?? []);
  const barredNow = await db.select().from(unusablePhones).where(isOneOf(unusablePhones.phone, arriving));
  const unusable = new Map(barredNow.map((number) => [number.phone, number]));
  const found = await db.select().from(optOuts).where(isOneOf(optOuts.phone, phones));
  const optedOut = new Map(found.map((optOut) => [optOut.phone, optOut]));
  for (const { outcome, phone, phoneBefore, saysNoTexts } of moved) {
    if (phone === null) continue;
    const barred = unusable.get(phone);
    const out = optedOut.get(phone);
    if (barred) {
      outcome.notes.push(
        `Since ${describeTime(barred.foundAt, timeZone)} the phone ${maskPhone(phone)} was known as one that ` +
          "can't get texts. It is new to this account, so the next alert tries it again.",
      );
    }
    if (saysNoTexts) continue;
    if (out) {
      outcome.notes.push(
        `The phone ${maskPhone(phone)} opted out on ${describeTime(out.optedOutAt, timeZone)} (${out.source}), ` +
          "before this account had it, so it gets no texts. If the new owner wants them: " +
          (isAtProvider(out.source)
            ? "they text START from it to the number that alerts come from."
            : "npm run opt-out -- remove, with the number."),
      );
    } else if (phoneBefore !== null && optedOut.has(phoneBefore)) {
      outcome.notes.push(
        `The number before, ${maskPhone(phoneBefore)}, has opted out; the new one has not, so it gets texts.`,
      );
    }
  }
  return arriving;
}
