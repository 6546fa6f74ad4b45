// What is sent, by Headgate and by those that it is measured against.
export const account = { accountSid: `AC${"0".repeat(32)}`, authToken: "0123456789abcdef0123456789abcdef" };
export const sender = { from: "+12065550100" };
export const publicUrl = "https://headgate.example";
export const text = "Mill Creek Water Co-op: boil your water before drinking, until further notice.";

/** A number of its own for each of up to ten million, none of them anybody's. */
export const phoneOf = (position: number): string => `+1555${String(position).padStart(7, "0")}`;

/** The same in SQL, for a row with this position. */
export const PHONE_SQL = "'+1555' || lpad(n::text, 7, '0')";

/** What Headgate sends with each text. */
export const callbackOf = (position: number): string =>
  `${publicUrl}/twilio/status?sending=1&delivery=${position}&attempt=1#rc=3&rp=all`;

/** The provider's id of the message to this position, once it has one. */
export const sidOf = (position: number): string => `SM${position.toString(16).padStart(32, "0")}`;
