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
  const everything = document.getElementById("find-all");
  const proves = rows.map((row) => (row.dataset.proves || "").split(" "));
  let proof = "";
  let what = "";
  const texts = rows.map((row) => row.textContent.toLowerCase());

  const find = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      const fits = (!proof || proves[i].includes(proof))
        && (!need.value || row.cells[0].textContent === need.value)
        && wanted.every((word) => texts[i].includes(word));
      row.hidden = !fits;
      shown += fits ? 1 : 0;
    });
    count.textContent = proof ? `${shown} behind “${what}”` : `${shown} of ${rows.length}`;
    everything.hidden = !proof;
  };

  const prove = (key, named) => {
    proof = key;
    what = named;
    need.value = "";
    words.value = "";
    find();
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
  document.querySelectorAll("a.proof").forEach((link) => {
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("evidence").open = true;
      prove(link.dataset.proof, link.dataset.what);
      form.scrollIntoView();
      words.focus({ preventScroll: true });
    });
  });
  everything.addEventListener("click", () => prove("", ""));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.hidden = false;
  words.addEventListener("input", find);
  need.addEventListener("change", find);
  find();
})();
