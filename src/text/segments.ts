import { SegmentedMessage } from "sms-segments-calculator";
import { plainForm } from "./plain-forms.ts";

export type Segments = {
  encoding: "GSM-7" | "UCS-2";
  count: number;
  /** The characters that make the text UCS-2, each once. Without them the others would be written in GSM-7. */
  costlyCharacters: string[];
};

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
