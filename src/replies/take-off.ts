// "Take off the list": somebody of the board honours a wish that no keyword said.
import { eq } from "drizzle-orm";
import type { SlackUser } from "../board/allowlist.ts";
import type { Tx } from "../db/open.ts";
import { inboundTexts } from "../db/schema.ts";
import { START } from "../opt-outs/keywords.ts";
import { isOptedOut, optOut } from "../opt-outs/opt-outs.ts";
import { findLastWord, lockWordsOf } from "./order.ts";

export type TakenOff = "taken off" | "off already" | "came back" | "not found";

/** The record names who did it, when, and by which text: its id, not its words. */
export async function takeOff(tx: Tx, textId: number, by: SlackUser): Promise<TakenOff> {
  const [text] = await tx.select().from(inboundTexts).where(eq(inboundTexts.id, textId));
  // Of whoever was erased the number is not known any more.
  if (!text || text.phone === "") return "not found";
  const { phone, messageSid, writtenAt } = text;
  await lockWordsOf(tx, phone);
  if (await isOptedOut(tx, phone)) return "off already";
  const last = await findLastWord(tx, phone);
  if (last && START.has(last.word) && last.writtenAt > writtenAt) return "came back";
  // As of the text: a START that was written after it still counts, however late we hear of it.
  await optOut(tx, phone, "board, by a text", by, { messageSid, at: writtenAt });
  return "taken off";
}
