/** A refused request, as Twilio words it. Codes and texts: twilio.com/docs/api/errors */
export type Refusal = { code: number; message: string; status: number };

const known: Record<number, { message: string; status?: number }> = {
  20001: { message: "Unknown or invalid parameter" },
  20003: { message: "Authenticate", status: 401 },
  20005: { message: "Account not active", status: 403 },
  20404: { message: "The requested resource was not found", status: 404 },
  20429: { message: "Too Many Requests", status: 429 },
  21211: { message: "Invalid 'To' Phone Number" },
  21212: { message: "Invalid From Number (caller ID)" },
  21408: {
    message: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number",
  },
  21602: { message: "Message body is required." },
  21603: { message: "A 'From' or 'MessagingServiceSid' parameter is required to send a message." },
  21604: { message: "A 'To' phone number is required." },
  21606: {
    message:
      "The 'From' phone number provided is not a valid message-capable Twilio phone number for this destination.",
  },
  21608: {
    message:
      "The number is unverified. Trial accounts cannot send messages to unverified numbers; verify it, or purchase a Twilio number to send messages to unverified numbers.",
  },
  21609: { message: "The 'StatusCallback' URL is not a valid URL." },
  21610: { message: "Attempt to send to unsubscribed recipient" },
  21611: { message: "This 'From' number has exceeded the maximum number of queued messages" },
  21612: { message: "The 'To' phone number is not currently reachable via SMS" },
  21614: { message: "'To' number is not a valid mobile number" },
  21617: { message: "The concatenated message body exceeds the 1600 character limit" },
  21624: { message: "Invalid validity period value" },
  21701: { message: "The Messaging Service does not exist" },
  63038: { message: "Account exceeded the daily messages limit", status: 429 },
  30409: { message: "This message cannot be canceled" },
};

export function refusal(code: number, message?: string): Refusal {
  const { message: usual, status = 400 } = known[code] ?? { message: `Error ${code}` };
  return { code, message: message ?? usual, status };
}

export const refusalBody = ({ code, message, status }: Refusal) => ({
  code,
  message,
  more_info: `https://www.twilio.com/docs/errors/${code}`,
  status,
});

/** The numbers of Twilio's test credentials, which always answer the same. */
export const magicTo: Record<string, number> = {
  "+15005550001": 21211,
  "+15005550002": 21612,
  "+15005550003": 21408,
  "+15005550004": 21610,
  "+15005550009": 21614,
};
export const magicFrom: Record<string, number | null> = {
  "+15005550001": 21212,
  "+15005550006": null,
  "+15005550007": 21606,
  "+15005550008": 21611,
};
