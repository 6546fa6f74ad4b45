// The same form again, with every word that was typed.
import { expect, test } from "vitest";
import { asAbove, type Form, formView, lastFieldOf, withAbove } from "../../../src/slack/wire/form.ts";

const field = (block_id: string) => ({
  type: "input" as const,
  block_id,
  label: { type: "plain_text" as const, text: block_id },
  element: { type: "plain_text_input" as const, action_id: "text" },
});
const text = (block_id?: string) => ({
  type: "section" as const,
  text: { type: "mrkdwn" as const, text: "words" },
  ...(block_id !== undefined && { block_id }),
});
const plain = (words: string) => ({ type: "plain_text" as const, text: words });
const form: Form = {
  callback_id: "compose",
  private_metadata: "7",
  title: plain("New alert"),
  submit: plain("Review"),
  close: plain("Cancel"),
  blocks: [text(), field("message"), field("zones"), text("hint")],
};
const idsOf = ({ blocks }: { blocks: readonly { block_id?: string }[] }) =>
  blocks.map(({ block_id }) => block_id);

test("a person looks at the last field, and not at what stands below it", () => {
  expect(lastFieldOf(form)).toBe("zones");
  expect(lastFieldOf({ ...form, blocks: [text("hint")] })).toBeUndefined();
});

test("what is wrong stands below its field, once, and goes when it is put right", () => {
  const once = formView(form, { message: "It is too long." });
  expect(idsOf(once)).toEqual([undefined, "message", "beside-message", "zones", "hint"]);
  expect(JSON.stringify(once.blocks[2])).toContain(":warning: It is too long.");
  expect(idsOf(formView(once, { zones: "Choose one." }))).toEqual([
    ...[undefined, "message", "zones", "beside-zones", "hint"],
  ]);
  expect(formView(once, {})).toEqual({ type: "modal", ...form });
});

test("nothing else of the form changes, and what it has not it does not get", () => {
  expect(formView(form, {})).toEqual({ type: "modal", ...form });
  const least: Form = {
    callback_id: "x",
    private_metadata: "",
    title: form.title,
    submit: null,
    close: null,
    blocks: [],
  };
  expect(formView(least, {})).toEqual({
    type: "modal",
    callback_id: "x",
    private_metadata: "",
    title: form.title,
    blocks: [],
  });
});

test("what stands above all fields is put there anew, and never twice", () => {
  const once = withAbove(form, [text(), text()]);
  expect(idsOf(once)).toEqual(["above-0", "above-1", undefined, "message", "zones", "hint"]);
  expect(idsOf(withAbove(once, [text()]))).toEqual(["above-0", undefined, "message", "zones", "hint"]);
  expect(asAbove([text("x")])).toEqual([text("above-0")]);
});
