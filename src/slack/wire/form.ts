// A form that was submitted, and stays open with every word: Slack keeps what was typed where block and action ids
// stay the same (https://docs.slack.dev/reference/methods/views.update).
import type { Block, KnownBlock, ModalView, PlainTextElement } from "@slack/web-api";
import { context } from "../words/blocks.ts";

/** As Slack sends it with what was submitted or pressed. */
export type Form = Pick<ModalView, "callback_id" | "private_metadata" | "title"> & {
  submit?: PlainTextElement | null;
  close?: PlainTextElement | null;
  blocks: (KnownBlock | Block)[];
};

/** What is wrong is shown in blocks of our own, beside the fields. */
const BESIDE = "beside-";
/** And what one should know before writing, above all fields. */
const ABOVE = "above-";

const isField = (block: Form["blocks"][number]): block is KnownBlock & { block_id: string } =>
  block.type === "input" && block.block_id !== undefined;

/** The field at which a person looks when they submit: the last one. */
export const lastFieldOf = ({ blocks = [] }: Form): string | undefined =>
  blocks.filter(isField).at(-1)?.block_id;

/** The same form again, with what is wrong below its fields. @param problems by the field's block */
export function formView(view: Form, problems: Readonly<Record<string, string>>): ModalView {
  const own = view.blocks.filter(({ block_id = "" }) => !block_id.startsWith(BESIDE));
  return sameForm(
    view,
    own.flatMap((block) => {
      const problem = problems[block.block_id ?? ""];
      const beside = { ...context(`:warning: ${problem}`), block_id: `${BESIDE}${block.block_id}` };
      return problem === undefined ? [block] : [block, beside];
    }),
  );
}

/** Marked, so that they can be found in the form again. */
export const asAbove = (blocks: readonly KnownBlock[]): KnownBlock[] =>
  blocks.map((block, index) => ({ ...block, block_id: `${ABOVE}${index}` }));

/** The same form again, with other blocks above its fields. */
export function withAbove(view: Form, above: readonly KnownBlock[]): ModalView {
  const others = view.blocks.filter(({ block_id = "" }) => !block_id.startsWith(ABOVE));
  return sameForm(view, [...asAbove(above), ...others]);
}

function sameForm(
  { callback_id, private_metadata, title, submit, close }: Form,
  blocks: Form["blocks"],
): ModalView {
  return {
    type: "modal",
    ...(callback_id !== undefined && { callback_id }),
    ...(private_metadata !== undefined && { private_metadata }),
    title,
    ...(submit && { submit }),
    ...(close && { close }),
    blocks,
  };
}
