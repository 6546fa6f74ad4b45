import { SegmentedMessage } from "sms-segments-calculator";
import { plainForm } from "./plain-forms.ts";

export type Segments = {
  encoding: "GSM-7" | "UCS-2";
  count: number;
  /** The characters that make the text UCS-2, each once. Without them the others would be written in GSM-7. */
  costlyCharacters: string[];
};

/** How many characters a segment of several holds. */
export const PER_SEGMENT = { "GSM-7": 153, "UCS-2": 67 } as const;

/** How the text is billed, by Twilio's own count. */
export function countSegments(text: string): Segments {
  const message = new SegmentedMessage(text);
  const costly = [...new Set(message.getNonGsmCharacters())];
  const toBlame = costly.filter((character) => plainForm(character) === undefined);
  return {
    encoding: message.encodingName,
    count: message.segmentsCount,
    costlyCharacters: toBlame.length > 0 ? toBlame : costly,
  };
}

/** How many characters have to go so that the rest fits; 0 where it does. */
export function countTooMany(text: string, mostSegments: number): number {
  const { encodingName, segmentsCount, messageSize } = new SegmentedMessage(text);
  if (segmentsCount <= mostSegments) return 0;
  // Some characters count two. What stays of a segment because the next one did not fit in counts, too.
  const size = messageSize / (encodingName === "GSM-7" ? 7 : 16);
  return Math.max(1, size - mostSegments * PER_SEGMENT[encodingName]);
}
