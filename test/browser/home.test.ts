// The Home on the practice page, and what can be chosen and dropped there: as a person meets it.
import type { KnownBlock } from "@slack/web-api";
import { afterAll, expect, test, vi } from "vitest";
import { people } from "../../src/practice/co-op/people.ts";
import { hasBrowser } from "../helpers/browser.ts";
import { manifestOf } from "../helpers/manifest.ts";
import { expectAccessible } from "./axe.ts";
import { ana, openPage, phone, plain, row, SOON, say, wide } from "./page.ts";
import { closeBrowser } from "./window.ts";

vi.setConfig({ testTimeout: 150_000 });
afterAll(closeBrowser);
const testInBrowser = test.skipIf(!hasBrowser);

const manifest = manifestOf({
  hasHome: true,
  fillsMenus: true,
  shortcuts: ["begin"],
  events: ["app_home_opened"],
  scopes: ["chat:write", "commands", "files:read", "users:read"],
});
const members = ["Ruth Abbott", "Ruth Quist", "Owen Hollis"].map((name, nth) => ({
  text: plain(name),
  value: String(nth),
}));
const sure = {
  title: plain("Sure?"),
  text: plain("They may then send."),
  confirm: plain("Yes"),
  deny: plain("No"),
};
const label = (text: string) => ({ type: "section" as const, text: plain(text) });
const input = (name: string, element: object, more: object = {}) => ({
  type: "input",
  block_id: name,
  label: plain(name),
  element: { action_id: name, ...element },
  ...more,
});

async function openHome(size: typeof wide) {
  const opened = await openPage(size, {
    manifest,
    answer: ({ type, value = "" }) =>
      type === "block_suggestion"
        ? { body: { options: members.filter(({ text }) => text.text.startsWith(value)) } }
        : {},
  });
  const { client, page } = opened;
  const publish = (user_id: string, ...blocks: object[]) =>
    client.apiCall("views.publish", { user_id, view: { type: "home", blocks } });
  const home = page.getByRole("region", { name: "Home" });
  const go = () => page.getByRole("button", { name: "Home", exact: true }).click();
  return { ...opened, publish, home, go };
}

for (const [name, size] of [
  ["wide", wide],
  ["phone-sized", phone],
] as const) {
  testInBrowser(`the Home is each person's own, and changes under their eyes: ${name}`, async () => {
    const { page, publish, home, go, heard, slack, errors } = await openHome(size);
    await go();
    await home.getByText("The App has put nothing here yet.").waitFor();
    await expectAccessible(page);
    const lines = Array.from({ length: 60 }, (_, nth) => say(`Line ${nth}`));
    const find = input("Find", { type: "plain_text_input" });
    await publish(ana.id, label("Nothing is under way."), row("Write"), find, ...lines);
    await publish(people.walt.id, label("For Walt alone."), row("Walk"));
    await home.getByText("Nothing is under way.").waitFor();
    await expectAccessible(page);
    expect(await page.getByRole("textbox", { name: "Message or command" }).isVisible()).toBe(false);

    const field = home.getByLabel("Find");
    await field.fill("Quist");
    const top = await home.evaluate((it) => {
      it.scrollTop = 120;
      return it.scrollTop;
    });
    const sending: KnownBlock[] = [say("Sending 3 of 58."), row("Stop", "Write")];
    await publish(ana.id, ...sending, find, ...lines);
    await home.getByText("Sending 3 of 58.").waitFor();
    expect(await field.evaluate((it) => it === it.ownerDocument.activeElement)).toBe(true);
    expect(await field.inputValue()).toBe("Quist");
    expect(await home.evaluate((it) => it.scrollTop)).toBe(top);

    await home.getByRole("button", { name: "Stop" }).focus();
    await page.keyboard.press("Enter");
    await expect.poll(() => heard.length, SOON).toBe(1);
    expect(heard).toMatchObject([{ type: "block_actions", view: { id: slack.home(ana.id)?.id } }]);
    expect(heard[0]?.view?.state.values).toMatchObject({ Find: { Find: { value: "Quist" } } });
    await publish(ana.id, label("Stopped."), find);
    await home.getByText("Stopped.").waitFor();
    expect(await home.evaluate((it) => it === it.ownerDocument.activeElement)).toBe(true);

    await page.getByLabel("You are").selectOption("Walt Lindqvist");
    await go();
    await home.getByText("For Walt alone.").waitFor();
    expect(await home.getByText("Stopped.").count()).toBe(0);
    await home.getByRole("button", { name: "Walk" }).click();
    await expect.poll(() => heard.length, SOON).toBe(2);
    expect(slack.events.length).toBeGreaterThanOrEqual(2);
    expect(errors).toEqual([]);
  });

  testInBrowser(
    `people, what the app offers, and files are chosen by hand and by keyboard: ${name}`,
    async () => {
      const { page, publish, home, go, heard, slack, client, errors } = await openHome(size);
      const person = {
        type: "users_select",
        action_id: "who",
        placeholder: plain("Add somebody"),
        confirm: sure,
      };
      const member = {
        type: "external_select",
        action_id: "find",
        placeholder: plain("Find a member"),
      };
      await publish(
        ana.id,
        { type: "section", text: plain("The board"), accessory: person },
        { type: "actions", elements: [member] },
        {
          type: "data_table",
          caption: "Zones",
          rows: ["Zone", "North", "River", "Old", "Flats", "Ridge", "Mill"].map((text) => [
            { type: "raw_text", text },
          ]),
        },
      );
      await go();
      const who = home.getByRole("combobox", { name: "Add somebody" });
      await who.click();
      await home.getByRole("option", { name: "June Okafor" }).waitFor();
      expect(await home.getByRole("option", { name: "Opal" }).count()).toBe(0);
      await expectAccessible(page);
      await who.fill("priya");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "No", exact: true }).click();
      expect(await who.inputValue()).toBe("");
      await who.fill("priya");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("button", { name: "Yes", exact: true }).click();
      await expect
        .poll(() => heard.map(({ actions }) => actions), SOON)
        .toMatchObject([[{ selected_user: "U0PRIYA" }]]);
      expect(await who.inputValue()).toBe("Priya Raman");

      const find = home.getByRole("combobox", { name: "Find a member" });
      await find.pressSequentially("Ru");
      await home.getByText("Type 1 more character.").first().waitFor();
      await find.pressSequentially("th");
      await home.getByRole("option", { name: "Ruth Quist" }).click();
      await expect
        .poll(() => heard.at(-1)?.actions, SOON)
        .toMatchObject([{ selected_option: { value: "1" } }]);
      expect(await find.inputValue()).toBe("Ruth Quist");
      await find.fill("Nobody");
      await home.getByText("Nothing matches.").first().waitFor();
      await page.keyboard.press("Escape");
      expect(await find.inputValue()).toBe("Ruth Quist");
      await home.getByRole("button", { name: "Next" }).click();
      await home.getByRole("rowheader", { name: "Mill" }).waitFor();

      await slack.runShortcut(ana.id, "begin");
      const view = {
        type: "modal",
        title: plain("Import"),
        submit: plain("Go on"),
        callback_id: "import",
        blocks: [
          input("File", { type: "file_input", filetypes: ["csv", "xlsx"], max_files: 1 }),
          input("Member", { ...member, action_id: "Member" }, { optional: true }),
          input("Person", { type: "users_select", initial_user: ana.id }),
        ],
      };
      await client.apiCall("views.open", { trigger_id: heard.at(-1)?.trigger_id, view });
      const dialog = page.getByRole("dialog", { name: "Import" });
      const file = (fileName: string) => ({
        name: fileName,
        mimeType: "text/csv",
        buffer: Buffer.from("Account,Name"),
      });
      await dialog.getByLabel("File").setInputFiles(file("members.csv"));
      await dialog.getByRole("button", { name: "Remove members.csv" }).click();
      await dialog.getByLabel("File").setInputFiles(file("members.csv"));
      await dialog.getByText("members.csv").waitFor();
      await expectAccessible(page);
      await dialog.getByRole("combobox", { name: /^Member/ }).fill("Owen");
      await dialog.getByRole("option", { name: "Owen Hollis" }).waitFor();
      await expectAccessible(page);
      await page.keyboard.press("Enter");
      await dialog.getByRole("button", { name: "Go on" }).click();
      await expect.poll(() => heard.at(-1)?.type, SOON).toBe("view_submission");
      expect(heard.at(-1)?.view?.state.values).toMatchObject({
        File: { File: { files: [{ name: "members.csv", size: 12, user: ana.id }] } },
        Member: { Member: { selected_option: { value: "2" } } },
        Person: { Person: { selected_user: ana.id } },
      });
      expect(errors).toEqual([]);
    },
  );
}

testInBrowser("a shortcut stands among the commands", async () => {
  const { page, heard } = await openHome(wide);
  const line = page.getByRole("combobox", { name: "Message or command" });
  await line.fill("/beg");
  await page.getByRole("option", { name: /begin/ }).click();
  await expect.poll(() => heard, SOON).toMatchObject([{ type: "shortcut", callback_id: "begin" }]);
  expect(await line.inputValue()).toBe("");
});
