(() => {
  "use strict";
  const table = document.getElementById("voices-table");
  if (!table) return;
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const form = document.querySelector("form.find");
  const words = document.getElementById("find-words");
  const need = document.getElementById("find-need");
  const count = document.getElementById("find-count");
  const texts = rows.map((row) => row.textContent.toLowerCase());

  const find = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      const fits = (!need.value || row.cells[0].textContent === need.value)
        && wanted.every((word) => texts[i].includes(word));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    count.textContent = `${shown} of ${rows.length}`;
  };

  const sort = (column, header) => {
    const down = header.getAttribute("aria-sort") === "ascending";
    table.querySelectorAll("th[aria-sort]").forEach((th) => th.removeAttribute("aria-sort"));
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = (row) => row.cells[column].textContent;
    rows.slice()
      .sort((a, b) => (down ? -1 : 1) * key(a).localeCompare(key(b), "en", { numeric: true }))
      .forEach((row) => body.append(row));
  };

  Array.from(table.tHead.rows[0].cells).forEach((header, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = header.textContent;
    button.addEventListener("click", () => sort(column, header));
    header.replaceChildren(button);
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  words.addEventListener("input", find);
  need.addEventListener("change", find);
  find();
})();
