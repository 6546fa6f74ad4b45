import type { StandInSlack } from "../../../src/practice/stand-ins/slack/slack.ts";
import { buttonOf, elementCalled, optionOf, textOf } from "./blocks.ts";

/** What somebody does at the app's Home, and finds behind the lightning. */
export function createHome(slack: StandInSlack, id: string, name: string) {
  const blocks = () => {
    const home = slack.home(id);
    if (!home) throw new Error(`${name} has an empty Home: nothing was published.`);
    return home.content.blocks;
  };
  const surface = () => {
    const view = slack.topView(id) ?? slack.home(id);
    if (!view) throw new Error(`${name} has neither a modal nor a Home before them.`);
    return view;
  };
  const pressesAtHome = (label: string, nth = 0) =>
    slack.click(id, { ...buttonOf(blocks(), label, nth), viewId: slack.home(id)?.id ?? "" });
  return {
    /** Opens the Home; what was published last stands there at once. */
    opensHome: () => slack.openApp(id),
    /** All that stands there now; undefined where nothing was ever published. */
    homeText: (): string | undefined => slack.home(id) && textOf(blocks()),
    /** Waits until the Home says this, and reads all of it. */
    seesAtHome: (words: string | RegExp): Promise<string> =>
      slack.until(() => {
        const text = slack.home(id) && textOf(blocks());
        return text?.match(typeof words === "string" ? RegExp.escape(words) : words) ? text : undefined;
      }, `${name} to see "${words}" at Home`),
    /** The nth button with this label. */
    pressesAtHome,
    /** Types into a menu that the app fills, in the modal on top or else at Home: what it then offers. */
    searches: async (label: string, typed: string) => {
      const { id: viewId, content } = surface();
      const { failure, options } = await slack.suggest(id, {
        viewId,
        ...elementCalled(content.blocks, label),
        value: typed,
      });
      if (failure) throw new Error(failure);
      return options.map(({ text, value }) => ({ text: text.text, value }));
    },
    /** Chooses in a menu that tells at once, in the modal on top or else at Home: an option's value, or an id. */
    chooses: (label: string, value: string | null) => {
      const { id: viewId, content } = surface();
      return slack.click(id, { viewId, ...elementCalled(content.blocks, label), value });
    },
    /** The same by what the option is called, where the menu brings its options along. */
    picks: (label: string, option: string) => {
      const { id: viewId, content } = surface();
      const { blockId, actionId } = elementCalled(content.blocks, label);
      return slack.click(id, { viewId, blockId, actionId, value: optionOf(content.blocks, label, option) });
    },
    /** Drops a file into a form: what `submits` takes for the field. */
    uploads: (file: string, content: string | Buffer) => {
      const { failure, id: fileId } = slack.upload(id, { name: file, content: Buffer.from(content) });
      if (fileId === undefined) throw new Error(failure);
      return fileId;
    },
    /** By the callback id that the manifest says. */
    runsShortcut: (callbackId: string) => slack.runShortcut(id, callbackId),
  };
}
