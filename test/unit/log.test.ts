import { DrizzleQueryError } from "drizzle-orm";
import { expect, test } from "vitest";
import { createLog, describeError, scrub } from "../../src/log.ts";

test.each([
  ["to +12065550123 failed", "to [phone] failed"],
  ["(206) 555-0123 or 206 - 555 - 0124", "([phone] or [phone]"],
  ["206.555.0123, 206-555-0124", "[phone], [phone]"],
  ["555-0123", "[phone]"],
  ["xoxb-1-abc and xapp-1-A2_b", "[token] and [token]"],
  ["alert 17 took 1234 ms", "alert 17 took 1234 ms"],
])("%j is written as %j", (text, written) => {
  expect(scrub(text)).toBe(written);
});

test("of an error only kind, code and a scrubbed message are kept, down to its last cause", () => {
  const cause = Object.assign(new TypeError("no route to 2065550123"), {
    code: "EHOST",
    phone: "2065550123",
  });
  const error = new Error("with xoxb-secret-1", { cause });
  expect(describeError(error)).toEqual({
    name: "Error",
    message: "with [token]",
    cause: { name: "TypeError", code: "EHOST", message: "no route to [phone]" },
  });
  expect(describeError("+12065550123 is odd")).toEqual({ message: "[phone] is odd" });
});

test("a failed query is told without its parameters", () => {
  const cause = new Error("connection refused");
  const written = describeError(new DrizzleQueryError("insert into x", ["Boil your water"], cause));
  expect(JSON.stringify(written)).not.toMatch(/insert|Boil/);
  expect(written).toMatchObject({ cause: { message: "connection refused" } });
});

test("an error that is its own cause is still described", () => {
  const error = new Error("round and round");
  error.cause = error;
  expect(describeError(error)).toMatchObject({ message: "round and round" });
});

test("the log writes JSON with a time, and errors described", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => lines.push(line) });
  log.debug("not this");
  log.warn({ err: new Error("+12065550123") }, "a text failed");
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      level: 40,
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      err: { name: "Error", message: "[phone]" },
      msg: "a text failed",
    },
  ]);
});
