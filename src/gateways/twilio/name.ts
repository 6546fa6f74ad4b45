/** Which gateway this is, in the tables. */
export const TWILIO = "twilio";
