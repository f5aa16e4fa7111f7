"use strict";
// Tables that can be sorted and filtered; long ones show their first rows, and more when asked. On paper, all are there.
const MORE_ROWS = 500;

for (const box of document.querySelectorAll("[data-table]")) {
  const body = box.querySelector("tbody");
  const headings = [...box.querySelectorAll("thead tr:last-child th")];
  const input = box.querySelector("input");
  const count = box.querySelector(".count");
  const more = box.querySelector(".more");
  const texts = new Map([...body.rows].map((row) => [row, row.textContent.toLowerCase()]));
  let rows = [...body.rows];
  let limit = Number(box.dataset.first);

  function show() {
    const wanted = input.value.trim().toLowerCase();
    const found = rows.filter((row) => texts.get(row).includes(wanted));
    const places = new Map(found.map((row, place) => [row, place]));
    for (const row of rows) {
      row.hidden = !places.has(row);
      row.classList.toggle("later", places.get(row) >= limit);
    }
    const n = Math.min(found.length, limit);
    more.hidden = found.length <= limit;
    count.hidden = n === rows.length;
    count.textContent = n ? box.dataset.count.replace("{shown}", n).replace("{n}", rows.length) : box.dataset.none;
  }

  function sortBy(heading) {
    const column = headings.indexOf(heading);
    const isNumber = heading.classList.contains("n");
    const first = isNumber ? "descending" : "ascending";
    const other = isNumber ? "ascending" : "descending";
    const order = heading.getAttribute("aria-sort") === first ? other : first;
    const sign = order === "ascending" ? 1 : -1;
    const key = (row) => {
      const text = row.cells[column].textContent;
      return isNumber ? Number.parseFloat(text.replace("\u2212", "-")) : text;
    };
    const keys = new Map(rows.map((row) => [row, key(row)]));
    const compare = isNumber
      ? (a, b) => Number.isNaN(a) - Number.isNaN(b) || (Number.isNaN(a) ? 0 : sign * (a - b))
      : (a, b) => sign * a.localeCompare(b, undefined, { numeric: true });
    rows.sort((a, b) => compare(keys.get(a), keys.get(b)));
    body.append(...rows);
    for (const one of headings) one.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", order);
    show();
  }

  for (const heading of headings) heading.querySelector("button").addEventListener("click", () => sortBy(heading));
  input.addEventListener("input", show);
  more.addEventListener("click", () => {
    limit += MORE_ROWS;
    show();
  });
  box.querySelector(".filter").hidden = rows.length < 8;
  show();
}
