import { expect, test } from "vitest";
import { isSlacks } from "../../../src/slack/files/upload.ts";

const SLACK = "https://slack.com/api/";

test.each([
  ["https://files.slack.com/upload/v1/abc", SLACK, true],
  ["https://slack.com/upload", SLACK, true],
  ["http://files.slack.com/upload", SLACK, false],
  ["https://files.slack.com.example.org/upload", SLACK, false],
  ["https://filesslack.com/upload", SLACK, false],
  ["https://example.org/files.slack.com", SLACK, false],
  ["https://files.slack.com@example.org/upload", SLACK, false],
  ["http://localhost:3000/upload", SLACK, false],
  ["http://localhost:3000/upload", "http://localhost:3000/slack/api/", true],
  ["http://localhost:3001/upload", "http://localhost:3000/slack/api/", false],
  ["https://files.slack.com/upload", "http://localhost:3000/slack/api/", false],
])("a file may go to %s where Slack's Web API is %s: %s", (target, api, may) => {
  expect(isSlacks(new URL(target), new URL(api))).toBe(may);
});
