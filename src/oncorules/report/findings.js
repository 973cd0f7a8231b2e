// --- The table ---

const head = one("found").tHead.rows[0];
const body = one("found").tBodies[0];
const size = () => Number(one("size").value);
const pages = () => Math.max(1, Math.ceil(found.length / size()));
const many = (count) => count.toLocaleString("en");

/** Draw one page of what was found. */
function draw() {
  wanted.page = Math.min(Math.max(1, wanted.page), pages());
  const first = (wanted.page - 1) * size();
  fill(found.subarray(first, first + size()));
  const of = found.length === total ? many(total) : `${many(found.length)} of ${many(total)}`;
  const shown = found.length ? `, ${many(first + 1)} to ${many(Math.min(first + size(), found.length))} shown` : "";
  const chosen = FILTERS.filter((name) => wanted[name]).map((name) => `${name} \u201c${wanted[name]}\u201d`);
  one("status").textContent = `${of} findings${shown}${chosen.length ? `; ${chosen.join(", ")}` : ""}`;
  one("of").textContent = `of ${many(pages())}`;
  one("page").value = wanted.page;
  one("page").max = pages();
  for (const id of ["first", "before"]) one(id).disabled = wanted.page === 1;
  for (const id of ["next", "last"]) one(id).disabled = wanted.page === pages();
  for (const cell of head.cells) {
    if (!cell.dataset.sort) continue;
    const order = { [cell.dataset.sort]: "ascending", [`-${cell.dataset.sort}`]: "descending" }[wanted.sort];
    if (order) cell.setAttribute("aria-sort", order);
    else cell.removeAttribute("aria-sort");
  }
  remember();
}

/** Put these findings into the table. */
function fill(numbers) {
  body.replaceChildren(...Array.from(numbers, (number) => {
    const rule = rule_of(number);
    rule.load();
    return finding_row(rule, number - rule.start);
  }));
}

function finding_row(rule, row) {
  const id = rule.id_of(row);
  const button = make("button", { type: "button", "aria-expanded": "false", "aria-label": `Explain ${rule.id}, ${rule.place(row)}` }, "Why");
  const line = make("tr", { id }, make("td", { class: "explain" }, button));
  for (const column of used) {
    const text = column.show(rule, row);
    const kind = column.id === "severity" ? `severity ${rule.severity}` : column.id;
    line.append(make("td", { class: kind }, text));
  }
  button.addEventListener("click", () => toggle(line, button, rule, row));
  return line;
}

/** Open or close the explanation below a finding. */
function toggle(line, button, rule, row) {
  const open = button.getAttribute("aria-expanded") === "true";
  button.setAttribute("aria-expanded", String(!open));
  line.classList.toggle("open", !open);
  if (open) line.nextSibling.remove();
  else line.after(make("tr", { class: "why" }, make("td", { colspan: used.length + 1 }, ...explanation(rule, row))));
}

// --- The address keeps what is asked for ---

let addressed = location.hash;

function remember() {
  const kept = new URLSearchParams();
  for (const name of [...FILTERS, "sort"]) if (wanted[name]) kept.set(name, wanted[name]);
  if (wanted.page > 1) kept.set("page", wanted.page);
  addressed = kept.size ? `#${kept}` : "";
  history.replaceState(null, "", addressed || location.pathname + location.search);
}

/** Show what the address asks for: one finding, or a search. */
async function follow() {
  const text = decodeURIComponent(location.hash.slice(1));
  if (/^[0-9a-f]{16}$/.test(text) && (await go_to(text))) return;
  const kept = new URLSearchParams(location.hash.slice(1));
  for (const name of [...FILTERS, "sort"]) wanted[name] = kept.get(name) ?? "";
  wanted.page = Number(kept.get("page")) || 1;
  for (const name of FILTERS) one(name).value = wanted[name];
  await search();
}

/** Show one finding among all of them, explained; return whether there is such a one. */
async function go_to(id) {
  for (const rule of rules) {
    rule.load();
    const row = rule.row_of(id);
    if (row < 0) continue;
    for (const name of [...FILTERS, "sort"]) wanted[name] = "";
    one("filters").reset();
    wanted.page = Math.floor((rule.start + row) / size()) + 1;
    await search();
    const button = one(id).querySelector("button");
    button.click();
    button.focus();
    one(id).scrollIntoView({ block: "center" });
    return true;
  }
  return false;
}

// --- Listening ---

function changed() {
  for (const name of FILTERS) wanted[name] = one(name).value;
  wanted.page = 1;
  return search();
}

function turn_to(page) {
  wanted.page = page;
  draw();
}

function sort_by(id) {
  wanted.sort = wanted.sort === id ? `-${id}` : wanted.sort === `-${id}` ? "" : id;
  wanted.page = 1;
  return search();
}

function start() {
  head.append(make("th", { scope: "col", class: "explain" }, "why"));
  for (const { id, name } of used) {
    const button = make("button", { type: "button" }, name);
    button.addEventListener("click", () => sort_by(id));
    head.append(make("th", { scope: "col", "data-sort": id }, button));
  }
  let timer;
  for (const name of FILTERS) {
    const typed = one(name).tagName === "INPUT";
    one(name).addEventListener(typed ? "input" : "change", () => {
      clearTimeout(timer);
      timer = setTimeout(changed, typed ? DELAY : 0);
    });
  }
  one("filters").addEventListener("submit", (event) => event.preventDefault());
  one("filters").addEventListener("reset", () => setTimeout(changed));
  one("first").addEventListener("click", () => turn_to(1));
  one("before").addEventListener("click", () => turn_to(wanted.page - 1));
  one("next").addEventListener("click", () => turn_to(wanted.page + 1));
  one("last").addEventListener("click", () => turn_to(pages()));
  one("page").addEventListener("change", () => turn_to(Math.floor(Number(one("page").value)) || 1));
  one("size").addEventListener("change", () => turn_to(1));
  addEventListener("hashchange", async () => {
    if (location.hash === addressed) return;
    await follow();
    if (!document.activeElement.closest("#found")) one("findings").scrollIntoView();
  });
  addEventListener("beforeprint", () => fill(found.subarray(0, PRINTED)));
  addEventListener("afterprint", draw);
  one("filters").hidden = one("pages").hidden = false;
  follow();
}

if (total) start();
