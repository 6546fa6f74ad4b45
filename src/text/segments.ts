import { SegmentedMessage } from "sms-segments-calculator";

export type Segments = {
  encoding: "GSM-7" | "UCS-2";
  count: number;
  /** The characters that make the text UCS-2, each once. */
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
