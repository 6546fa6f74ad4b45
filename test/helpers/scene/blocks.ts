// What a person reads in blocks, and finds there to press or fill in.
import { elementsIn } from "../../../src/practice/stand-ins/slack/block-kit/blocks.ts";
import type { Message } from "../../../src/practice/stand-ins/slack/slack.ts";

type Block = Message["blocks"][number];

/** All that a person could read in these blocks, in their order. */
export function textOf(blocks: readonly Block[]): string {
  return collect(blocks, (key, value) => (key === "text" && typeof value === "string" ? [value] : [])).join(
    "\n",
  );
}

export function buttonOf(blocks: readonly Block[], label: string, nth = 0) {
  const found = collect(blocks, (_, value) =>
    isButton(value) && value.text.text.startsWith(label)
      ? [{ actionId: value.action_id, value: value.value }]
      : [],
  );
  const button = found[nth];
  if (!button) throw new Error(`There is no button ${label}; it says:\n${textOf(blocks)}`);
  return button;
}

type Button = { type: "button"; text: { text: string }; action_id: string; value: string };
const isButton = (node: unknown): node is Button =>
  typeof node === "object" && node !== null && "type" in node && node.type === "button";

/** What is found in a tree, by key and value, in its order. */
function collect<T>(node: unknown, look: (key: string, value: unknown) => T[], key = ""): T[] {
  const here = look(key, node);
  if (typeof node !== "object" || node === null) return here;
  return [...here, ...Object.entries(node).flatMap(([name, value]) => collect(value, look, name))];
}

type Offer = { value: string; text: { text: string } };

/** A field's address in the form of the stand-in, and options by what they are called. */
export function fieldOf(blocks: readonly Block[], label: string, value: string | readonly string[]) {
  const block = blocks.find((each) => each.type === "input" && each.label.text === label);
  if (block?.type !== "input") throw new Error(`There is no field ${label}.`);
  const { element } = block;
  const offers: Offer[] = "options" in element ? (element.options ?? []) : [];
  const valueFor = (name: string) => {
    if (offers.length === 0) return name;
    const offer = offers.find(({ text }) => text.text === name || text.text.startsWith(`${name} (`));
    if (!offer)
      throw new Error(`${label} offers no ${name}, only: ${offers.map(({ text }) => text.text).join(", ")}`);
    return offer.value;
  };
  const address = `${block.block_id}/${element.action_id}`;
  return [address, typeof value === "string" ? valueFor(value) : value.map(valueFor)] as const;
}

/** What has this label or placeholder. */
export function elementCalled(blocks: readonly Block[], label: string) {
  const { blockId, element } = placedCalled(blocks, label);
  return { blockId, actionId: element.action_id ?? "" };
}

/** The value of the option whose words begin so, in the menu that is called so. */
export function optionOf(blocks: readonly Block[], label: string, option: string): string {
  const { element } = placedCalled(blocks, label);
  const offers: Offer[] = "options" in element ? (element.options ?? []) : [];
  const offer = offers.find(({ text }) => text.text.startsWith(option));
  if (!offer) throw new Error(`${label} offers no ${option}.`);
  return offer.value;
}

function placedCalled(blocks: readonly Block[], label: string) {
  const found = elementsIn(blocks).find(
    ({ element, input }) =>
      input?.label.text === label || ("placeholder" in element && element.placeholder?.text === label),
  );
  if (!found) throw new Error(`There is no ${label}; it says:\n${textOf(blocks)}`);
  return found;
}
