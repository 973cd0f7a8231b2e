// --- The table ---

const head = one("found")?.tHead.rows[0]; // there is no table where there is no finding
const body = one("found")?.tBodies[0];
const size = () => Number(one("size").value);
const pages = () => Math.max(1, Math.ceil(found.length / size()));
const opened = new Set(); // findings whose explanation is open, on whichever page
const many = (count) => count.toLocaleString("en");

/** Draw one page of what was found. */
function draw() {
  wanted.page = Math.min(Math.max(1, wanted.page), pages());
  const first = (wanted.page - 1) * size();
  fill(first, first + size());
  one("of").textContent = `of ${many(pages())}`;
  one("page").value = wanted.page;
  one("page").max = pages();
  for (const id of ["first", "before"]) one(id).disabled = wanted.page === 1;
  for (const id of ["next", "last"]) one(id).disabled = wanted.page === pages();
  const order = wanted.sort.startsWith("-") ? "descending" : "ascending";
  for (const cell of head.cells) {
    const is_sorted = wanted.sort.replace("-", "") === cell.dataset.sort;
    if (is_sorted) cell.setAttribute("aria-sort", order);
    else cell.removeAttribute("aria-sort");
  }
  remember();
}

/** Put some of what was found into the table, and say which. */
function fill(first, end) {
  const numbers = found.subarray(first, end);
  body.replaceChildren(...Array.from(numbers, finding_row).flat());
  const of = found.length === total || shows_apart() ? "" : ` of ${many(total)}`;
  const chosen = FILTERS.filter((name) => wanted[name])
    .map((name) => `; ${name} \u201c${wanted[name]}\u201d`);
  const shown = numbers.length < found.length
    ? `, ${many(first + 1)} to ${many(first + numbers.length)} shown` : "";
  one("status").textContent = `${many(found.length)}${of} findings${shown}${chosen.join("")}`;
}

/** Return the row of a finding, and the one below it that explains it when it is open. */
function finding_row(number) {
  const rule = rule_of(number);
  rule.load();
  const row = number - rule.start;
  const is_open = opened.has(number);
  const label = `Why: ${rule.id}, ${rule.place(row)}`;
  const button = make("button", {
    id: rule.id_of(row), type: "button", "aria-expanded": is_open, "aria-label": label,
  }, "Why");
  const line = make("tr", {}, make("td", { class: "explain" }, button));
  for (const column of used) {
    const kind = column.id === "severity" ? `severity ${rule.severity}` : column.id;
    line.append(make("td", { class: kind }, ...[(column.draw ?? column.show)(rule, row)].flat()));
  }
  button.addEventListener("click", () => toggle(number, line, button));
  return is_open ? [line, why_row(number)] : [line];
}

function why_row(number) {
  const rule = rule_of(number);
  const told = make("div", {}, ...explanation(rule, number - rule.start));
  return make("tr", { class: "why" }, make("td", { colspan: used.length + 1 }, told));
}

/** Open or close the explanation below a finding. */
function toggle(number, line, button) {
  const opens = !opened.delete(number);
  button.setAttribute("aria-expanded", opens);
  if (!opens) return line.nextSibling.remove();
  opened.add(number);
  return line.after(why_row(number));
}

// --- The address keeps what is asked for ---

function remember() {
  const kept = new URLSearchParams();
  for (const name of [...FILTERS, "sort"]) if (wanted[name]) kept.set(name, wanted[name]);
  if (wanted.page > 1) kept.set("page", wanted.page);
  history.replaceState(null, "", kept.size ? `#${kept}` : location.pathname + location.search);
}

/** Show what the address asks for: one finding, or a search. */
async function follow() {
  const text = location.hash.slice(1);
  if (/^[0-9a-f]{16}$/.test(text) && (await go_to(text))) return;
  const kept = new URLSearchParams(text);
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
    for (const name of FILTERS) one(name).value = wanted[name] = "";
    if (rule.apart) one("change").value = wanted.change = rule.cell("change", row);
    wanted.sort = "";
    opened.add(rule.start + row);
    await search();
    turn_to(Math.floor(found.indexOf(rule.start + row) / size()) + 1);
    history.replaceState(null, "", `#${id}`);
    one(id).focus();
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
    head.append(make("th", { scope: "col", "data-sort": id, "data-name": name }, button));
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
  one("page").addEventListener("change", () => turn_to(Math.floor(one("page").value) || 1));
  one("size").addEventListener("change", () => turn_to(1));
  addEventListener("hashchange", async () => {
    if (location.hash === "#findings") return; // the link that skips the summary
    await follow();
    if (!document.activeElement.closest("#found")) one("findings").scrollIntoView();
  });
  addEventListener("beforeprint", () => fill(0, PRINTED));
  addEventListener("afterprint", draw);
  one("filters").hidden = one("pages").hidden = false;
  follow();
}

if (every) start();
