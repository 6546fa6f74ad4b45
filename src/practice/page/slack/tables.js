// Tables: all of one at once, or page by page.
import { make } from "../dom.js";

/** @param rowHeader which column names each row */
export function drawTable([head = [], ...body], { cellsOf, caption = "Table", rowHeader = -1 }) {
  const cell = (content, index) =>
    index === rowHeader
      ? make("th", { scope: "row" }, ...cellsOf(content))
      : make("td", {}, ...cellsOf(content));
  return make(
    "div.table-scroll",
    { tabindex: "0", role: "region", "aria-label": caption },
    make(
      "table",
      {},
      make("thead", {}, make("tr", {}, ...head.map((it) => make("th", { scope: "col" }, ...cellsOf(it))))),
      make("tbody", {}, ...body.map((row) => make("tr", {}, ...row.map(cell)))),
    ),
  );
}

/** As many rows at a time as the app says, or five. */
export function drawPages({ rows: [head, ...body], caption, page_size, row_header_column_index }, cellsOf) {
  const size = page_size ?? 5;
  const pages = Math.ceil(body.length / size);
  const options = { cellsOf, caption, rowHeader: row_header_column_index ?? 0 };
  let page = 0;
  const where = make("span", { role: "status" });
  const button = (name, step) => make("button.button", { type: "button", onclick: () => turn(step) }, name);
  const [back, on] = [button("Back", -1), button("Next", 1)];
  const root = make("div.data-table", {}, make("p.caption", {}, caption));
  function turn(step) {
    page += step;
    const shown = body.slice(page * size, (page + 1) * size);
    root.querySelector(".table-scroll")?.remove();
    root.querySelector(".caption").after(drawTable([head, ...shown], options));
    where.textContent = `Page ${page + 1} of ${pages}`;
    back.disabled = page === 0;
    on.disabled = page === pages - 1;
  }
  turn(0);
  if (pages > 1) root.append(make("div.page-turns", {}, back, where, on));
  return root;
}
