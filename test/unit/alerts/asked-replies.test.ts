import { expect, test } from "vitest";
import { findAskedReply } from "../../../src/alerts/asked-replies.ts";

test.each([
  ["Reply YES to confirm.", "YES", "start"],
  ["Please reply yes if you got this", "yes", "start"],
  ["Text back 'Yes' or 'No'", "Yes", "start"],
  ["Reply to this message with the word START", "START", "start"],
  ["respond with yes/no", "yes", "start"],
  ["Reply (YES/NO)", "YES", "start"],
  ["Reply 1 or 2, or STOP", "STOP", "stop"],
  ["To get no more of these, reply STOP.", "STOP", "stop"],
  ["Text STOP to 555-0100", "STOP", "stop"],
  ["Answer CANCEL and we come another day", "CANCEL", "stop"],
  ["If you need water delivered, reply HELP", "HELP", "help"],
  ["Send INFO for details", "INFO", "help"],
  ["Send stop to 555-0100", "stop", "stop"],
  ["To get our texts, just write yes", "yes", "start"],
  ["Please RSVP yes", "yes", "start"],
  ["A reply of YES will do", "YES", "start"],
  ["Responda SI para confirmar", "SI", "like"],
  ["Conteste con la palabra SÍ", "SÍ", "like"],
  ["Envíe AYUDA al 555-0100", "AYUDA", "like"],
  ["Répondez OUI", "OUI", "like"],
  ["REPLY YES TO CONFIRM", "YES", "start"],
])("%j asks for %s", (text, word, does) => {
  expect(findAskedReply(text)).toEqual({ word, does });
});

test.each([
  "Boil your water until further notice.",
  "Stop using water at the end of Elm St.",
  "Call us to cancel. Text us if you need help.",
  "Text us to cancel your appointment.",
  "We will send help to Elm St.",
  "Reply with your account number. HELP is on its way.",
  "The boil notice will end at noon. YES, the water is safe.",
  "Reply SOLD to buy a rain barrel.",
  "",
])("%j asks for no such word", (text) => {
  expect(findAskedReply(text)).toBeUndefined();
});
