import { SegmentedMessage } from "sms-segments-calculator";

export type Segments = {
  encoding: "GSM-7" | "UCS-2";
  count: number;
  /** The characters, each once, because of which the text is UCS-2. */
  costlyCharacters: string[];
};

/** How the text is billed, by Twilio's own count. */
export function countSegments(text: string): Segments {
  const message = new SegmentedMessage(text);
  return {
    encoding: message.encodingName,
    count: message.segmentsCount,
    costlyCharacters: [...new Set(message.getNonGsmCharacters())],
  };
}
