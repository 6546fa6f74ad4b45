// Block Kit, drawn. `scene` says what the blocks stand in: `names(id)`, `press(element, blockId, value, source)`,
// and in a modal the fields' values (`typed`), their errors, and `change(key, value, blockId)`.
import { make } from "../dom.js";
import { field, picker } from "../fields/fields.js";
import { channelMention, link, mention, mrkdwn, plainText, textNodes } from "./mrkdwn.js";
import { drawPages, drawTable } from "./tables.js";

/** @returns one element with everything in it. */
export function drawBlocks(blocks, scene) {
  const drawn = (block) => Object.assign(drawBlock(block, scene), { drawnFrom: sourceOf(block, scene) });
  return make("div.blocks", {}, ...blocks.map(drawn));
}

/**
 * What a block is drawn from. Slack gives a message's blocks new ids at each change, so the id counts only
 * in a modal, where the values of fields are kept by it.
 */
export function sourceOf({ block_id: id, ...block }, { typed, errors }) {
  const all = [block.element, block.accessory, ...(block.elements ?? [])];
  const holdsValues = typed !== undefined && all.some((it) => it?.action_id && it.type !== "button");
  return JSON.stringify([block, holdsValues && id, errors?.[id]]);
}

const said = (text, scene) => make("div.lines", {}, ...textNodes(text, scene.names));

const drawers = {
  header: ({ text }) => make("h3.block-header", {}, plainText(text)),
  divider: () => make("hr"),
  section: ({ text, fields, accessory, block_id }, scene) => {
    const hasControl = accessory !== undefined && accessory.type !== "image";
    return make(
      hasControl ? "div.block-section.has-control" : "div.block-section",
      {},
      make(
        "div.said",
        {},
        text && said(text, scene),
        fields && make("div.fields", {}, ...fields.map((it) => said(it, scene))),
      ),
      accessory && make("div.accessory", {}, drawElement(accessory, block_id, scene)),
    );
  },
  context: ({ elements }, scene) =>
    make(
      "div.block-context",
      {},
      ...elements.map((it) =>
        it.type === "image" ? image(it) : make("span.lines", {}, ...textNodes(it, scene.names)),
      ),
    ),
  actions: ({ elements, block_id }, scene) =>
    make("div.block-actions", {}, ...elements.map((element) => drawElement(element, block_id, scene))),
  input: (block, scene) => field(block, scene),
  image: (block) => image(block),
  alert: ({ text, level = "default" }, scene) =>
    make(
      `div.block-alert.${level}`,
      { role: "note" },
      make("div.lines", {}, ...textNodes(text, scene.names)),
    ),
  markdown: ({ text }, scene) => make("div.lines", {}, ...mrkdwn(text.replaceAll("**", "*"), scene.names)),
  rich_text: ({ elements }, scene) => make("div", {}, ...elements.map((part) => richPart(part, scene))),
  table: ({ rows }, scene) => drawTable(rows, { cellsOf: (cell) => cellContent(cell, scene) }),
  data_table: (block, scene) => drawPages(block, (cell) => cellContent(cell, scene)),
};

const drawBlock = (block, scene) =>
  drawers[block.type]?.(block, scene) ??
  make("p", {}, `(The practice page can't draw a block of type ${block.type}.)`);

function cellContent(cell, scene) {
  if (cell.type === "rich_text") return cell.elements.map((it) => richPart(it, scene));
  return [cell.text ?? String(cell.value)];
}

const image = ({ alt_text }) => make("span", {}, `[picture: ${alt_text}]`);

function drawElement(element, blockId, scene) {
  if (element.type === "image") return image(element);
  if (element.type === "button") return drawButton(element, blockId, scene);
  return picker(element, blockId, scene);
}

function drawButton(element, blockId, scene) {
  const button = make(
    element.style ? `button.button.${element.style}` : "button.button",
    {
      type: "button",
      "aria-label": element.accessibility_label,
      "data-key": `${element.action_id}/${element.value ?? ""}`,
      onclick: () => scene.press({ element, blockId, value: element.value, source: button }),
    },
    plainText(element.text),
  );
  return button;
}

const richTags = {
  rich_text_section: "div.lines",
  rich_text_preformatted: "pre",
  rich_text_quote: "blockquote.lines",
};

function richPart(part, scene) {
  if (part.type === "rich_text_list") {
    const tag = part.style === "ordered" ? "ol" : "ul";
    return make(
      tag,
      {},
      ...part.elements.map((it) => make("li", {}, ...it.elements.map((leaf) => richLeaf(leaf, scene)))),
    );
  }
  return make(richTags[part.type] ?? "div", {}, ...part.elements.map((leaf) => richLeaf(leaf, scene)));
}

function richLeaf(leaf, scene) {
  const wrap = { bold: "strong", italic: "em", strike: "s", code: "code" };
  return Object.entries(wrap).reduce(
    (node, [style, tag]) => (leaf.style?.[style] ? make(tag, {}, node) : node),
    bareLeaf(leaf, scene),
  );
}

function bareLeaf(leaf, scene) {
  switch (leaf.type) {
    case "text":
      return leaf.text;
    case "link":
      return link(leaf.url, leaf.text ?? leaf.url);
    case "user":
      return mention(scene.names(leaf.user_id) ?? leaf.user_id);
    case "channel":
      return channelMention(leaf.channel_id, scene.names);
    case "emoji":
      return make("span", {}, ...mrkdwn(`:${leaf.name}:`, scene.names));
    case "broadcast":
      return mention(leaf.range);
    default:
      return leaf.fallback ?? "";
  }
}
