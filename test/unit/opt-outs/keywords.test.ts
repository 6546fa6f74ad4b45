import { expect, test } from "vitest";
import { readKeyword } from "../../../src/opt-outs/keywords.ts";

const stops = ["STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"];
const starts = ["START", "UNSTOP", "YES"];
const helps = ["HELP", "INFO"];

const capitalized = (word: string) => word.charAt(0) + word.slice(1).toLowerCase();
/** As people type a word, and as their phones help them. */
const spellings = (word: string) => [
  word,
  word.toLowerCase(),
  capitalized(word),
  ` ${word}\n`,
  `${word}.`,
  `"${word.toLowerCase()}!!"`,
  `“${capitalized(word)}”`,
  `${word} 🙏`,
  `\u200e${word}\u00a0`,
  word.replace(/[A-Z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)),
];

test.each(stops)("%s alone opts out, however it is typed", (word) => {
  for (const body of spellings(word)) expect(readKeyword(body), body).toEqual({ kind: "stop", word });
});

test.each(starts)("%s alone opts in again", (word) => {
  for (const body of spellings(word)) expect(readKeyword(body), body).toEqual({ kind: "start", word });
});

test.each(helps)("%s alone asks for help", (word) => {
  for (const body of spellings(word)) expect(readKeyword(body), body).toEqual({ kind: "help", word });
});

test.each(["Opt-out", "opt out", "STOP ALL", "un-stop"])(
  "%s is the keyword, in spite of what is in it",
  (body) => {
    expect(readKeyword(body)?.word).toBe(body.toUpperCase().replace(/[ -]/, ""));
  },
);

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
