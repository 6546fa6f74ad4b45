import { expect, test } from "vitest";
import { isUrgent } from "../../../src/replies/urgent.ts";

test.each([
  "is it safe for the cat?",
  "When will it be back on",
  "who do I call",
  "can we shower",
  "HELP",
  "Help!",
  "my kids are sick",
  "there's a leak on Elm",
  "still no water",
  "¿cuándo vuelve",
  "es seguro bañarse",
  "no hay agua todavía",
  "¡Ayuda!",
  "quand est-ce que ça revient",
  "peut-on boire l'eau",
  "au secours",
])("%j should be seen soon", (body) => expect(isUrgent(body)).toBe(true));

test.each(["thanks", "got it", "ok will do", "Will do!", "YES", "gracias", "merci", "(a picture)", ""])(
  "%j can wait in the thread",
  (body) => expect(isUrgent(body)).toBe(false),
);
