import { expect, test } from "vitest";
import { readKeyword } from "../../../src/opt-outs/keywords.ts";

const stops = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
const starts = ["START", "UNSTOP", "YES"];
const helps = ["HELP", "INFO"];

const capitalized = (word: string) => word.charAt(0) + word.slice(1).toLowerCase();
/** As the provider takes a word for its own. */
const exactly = (word: string) => [word, word.toLowerCase(), capitalized(word), ` ${word}\n`];
/** As people type it, and as their phones help them: the provider overlooks these. */
const nearly = (word: string) => [
  `${word}.`,
  `${word}!!`,
  `${word} :(`,
  `"${word.toLowerCase()}!!"`,
  `“${capitalized(word)}”`,
  `${word} 🙏`,
  `\u200e${word}\u00a0`,
  word.replace(/[A-Z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)),
];
const asked = (word: string) => [`${word}?`, `${capitalized(word)} ?!`, `¿${word}?`, `${word}\uff1f`];

test.each(stops)("%s alone opts out, however it is typed; the provider knows only the bare word", (word) => {
  for (const body of exactly(word))
    expect(readKeyword(body), body).toEqual({ kind: "stop", word, isProviders: true });
  for (const body of nearly(word))
    expect(readKeyword(body), body).toEqual({ kind: "stop", word, isProviders: false });
});

test.each([
  ...starts.map((word) => ["start", word] as const),
  ...helps.map((word) => ["help", word] as const),
])("%s: %s is what the provider takes for it, and nothing else", (kind, word) => {
  for (const body of exactly(word))
    expect(readKeyword(body), body).toEqual({ kind, word, isProviders: true });
  for (const body of nearly(word)) expect(readKeyword(body), body).toBeUndefined();
});

test.each([...stops, ...starts, ...helps])("%s with a question mark is a question", (word) => {
  for (const body of asked(word)) expect(readKeyword(body), body).toBeUndefined();
});

test.each(["Opt-out", "opt out", "STOP ALL"])("%s is the keyword, in spite of what is in it", (body) => {
  expect(readKeyword(body)?.word).toBe(body.toUpperCase().replace(/[ -]/, ""));
});

test.each([
  ["ALTO", "stop", "STOP"],
  ["arrêt", "stop", "STOP"],
  ["quit", "stop", "QUIT"],
  ["EMPEZAR", "start", "START"],
  ["yes", "start", "YES"],
  ["AYUDA", "help", "HELP"],
  // What the provider did counts, whatever the word means elsewhere.
  ["STOP", "start", "START"],
  ["Stop?", "stop", "STOP"],
] as const)("%s, which the provider says that it took for %s, is %s", (body, did, word) => {
  expect(readKeyword(body, did)).toEqual({ kind: did, word, isProviders: true });
});

test.each([
  "",
  " ",
  "?!",
  "please stop",
  "Stop the leak on Elm St",
  "stop stop",
  "no más",
  "STOPP",
  "THE END",
  "yes please",
  "when does it end?",
  "1",
  "STOP2END",
])("%j is no keyword", (body) => {
  expect(readKeyword(body)).toBeUndefined();
});
