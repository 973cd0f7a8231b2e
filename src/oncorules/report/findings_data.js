"use strict";

// The findings of a run. Those of a rule are parsed when they are first needed, and only one
// page of them is in the document. What comes from the export is put there as text, never as HTML.

const one = (id) => document.getElementById(id);
const index = JSON.parse(one("index").textContent);
const MISSING = "(missing)";
const NOT_HAD = 0; // in place of a value that a run does not have, or that was the same before
const PRINTED = 2000; // findings that are printed; more would keep a printer busy for a day
const DELAY = 200; // milliseconds after the last key

/** Make an element; children are texts or elements. */
function make(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The findings of one rule: what is the same for all, and columns that are read when needed. */
class Rule {
  constructor(about, number, start) {
    Object.assign(this, about, { number, start, columns: null });
    this.named = `${this.id}\n${this.title}\n${this.table}`.toLowerCase();
  }

  load() {
    if (this.columns) return;
    const element = one(`rule-${this.number}`);
    this.data = JSON.parse(element.textContent);
    element.remove();
    this.columns = this.data.columns.map((column) => {
      if ("all" in column) return () => column.all;
      if ("each" in column) return (row) => column.each[row];
      return (row) => column.of[column.at[row]];
    });
  }

  cell(name, row) {
    return this.columns[this.data[name]](row);
  }

  id_of(row) {
    return this.data.ids.slice(16 * row, 16 * row + 16);
  }

  /** Return the row of an identity, -1 where this rule does not have it. */
  row_of(id) {
    for (let at = this.data.ids.indexOf(id); at >= 0; at = this.data.ids.indexOf(id, at + 1)) {
      if (at % 16 === 0) return at / 16;
    }
    return -1;
  }

  known(row) {
    return index.known[this.cell("known", row)];
  }

  subject(row) {
    const place = this.cell("subject", row);
    return place === null ? ["", ""] : index.subjects[place];
  }

  values(row) {
    return this.data.values.map((place) => this.columns[place](row) ?? MISSING);
  }

  /** Return name, value before and value now; where they are the same there is none before. */
  told(row) {
    const now = this.values(row);
    const before = (this.data.before ?? []).map((place) => this.columns[place](row) ?? MISSING);
    return this.variables.map((name, at) => [name, before[at] ?? NOT_HAD, now[at] ?? NOT_HAD]);
  }

  place(row) {
    const [file, number] = [this.cell("file", row), this.cell("row", row)];
    if (file === null) return this.table;
    return number === null ? file : `${file}:${number}`;
  }
}

const rules = [];
let total = 0; // findings of the run
let every = 0; // with those apart, which are shown only when they are asked for
for (const about of index.rules) {
  rules.push(new Rule(about, rules.length, every));
  every += about.count;
  if (!about.apart) total += about.count;
}

/** Return the rule of a finding, by its number among all of them. */
function rule_of(number) {
  let [low, high] = [0, rules.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rules[middle].start <= number) low = middle;
    else high = middle - 1;
  }
  return rules[low];
}

/** Return a value as text, with what it was before where that is another one. */
function value_text([name, before, now]) {
  if (now === NOT_HAD) return before === NOT_HAD ? name : `${name} was ${before}`;
  return before === NOT_HAD ? `${name} = ${now}` : `${name} = ${before} \u2192 ${now}`;
}

/** Return the same, with what it was struck out and what it is marked. */
function value_nodes(one) {
  const [name, before, now] = one;
  if (before === NOT_HAD || now === NOT_HAD) return [value_text(one)];
  return [`${name} = `, make("del", {}, before), " \u2192 ", make("ins", {}, now)];
}

// The columns of the table. `of_rule` tells that a column is the same for all findings of a rule;
// `sort` gives what is sorted by, where it is not what is shown.
const SEVERITIES = ["error", "warning", "notice"];
const COLUMNS = [
  { id: "change", name: "change", show: (rule, row) => rule.cell("change", row) },
  { id: "reason", name: "reason", show: (rule, row) => rule.cell("reason", row) },
  { id: "severity", name: "severity", of_rule: true, show: (rule) => rule.severity,
    sort: (rule) => SEVERITIES.indexOf(rule.severity) },
  { id: "rule", name: "rule", of_rule: true, show: (rule) => rule.id },
  { id: "site", name: "site", show: (rule, row) => rule.subject(row)[1] },
  { id: "subject", name: "subject", show: (rule, row) => rule.subject(row)[0] },
  { id: "visit", name: "visit", show: (rule, row) => rule.cell("visit", row) ?? "" },
  { id: "place", name: "row", show: (rule, row) => rule.place(row) },
  { id: "values", name: "value",
    show: (rule, row) => rule.told(row).map(value_text).join("; "),
    draw: (rule, row) => rule.told(row).flatMap((one, at) =>
      [at ? "; " : "", ...value_nodes(one)]),
    sort: (rule, row) => {
      const [, before, now] = rule.told(row)[0] ?? ["", NOT_HAD, NOT_HAD];
      return now === NOT_HAD ? before || "" : now;
    } },
  { id: "message", name: "message", show: (rule, row) => rule.cell("message", row) },
  { id: "state", name: "state", show: (rule, row) => rule.known(row)[0] },
  { id: "owner", name: "owner", show: (rule, row) => rule.known(row)[1] },
  { id: "note", name: "explanation", show: (rule, row) => rule.known(row)[2] },
  { id: "day", name: "first seen", show: (rule, row) => rule.known(row)[3] },
];
// Columns of which nothing is known in the whole run are left out.
const used = COLUMNS.filter(({ id }) => {
  if (id === "site") return index.subjects.some(([, site]) => site);
  if (id === "visit") return index.visits;
  if (id === "change" || id === "reason") return index.since;
  const at = { owner: 1, note: 2, day: 3 }[id];
  return at === undefined || index.known.some((known) => known[at]);
});

// --- Which findings are asked for, and in which order ---

const FILTERS = ["text", "rule", "severity", "site", "subject", "state", "change", "reason"]
  .filter(one);
const wanted = { ...Object.fromEntries(FILTERS.map((name) => [name, ""])), sort: "", page: 1 };
let found = new Uint32Array(0);
let asked = 0;

/** Return whether findings apart are asked for as well. */
function shows_apart() {
  return Boolean(wanted.change || wanted.reason);
}

/** Return the test of a rule's rows; null when all of them pass, false when none can. */
function test_of(rule) {
  if (wanted.rule && wanted.rule !== rule.id) return false;
  if (wanted.severity && wanted.severity !== rule.severity) return false;
  if (rule.apart && !shows_apart()) return false;
  const words = wanted.text.toLowerCase().split(/\s+/).filter((word) => !rule.named.includes(word));
  const subject = wanted.subject.toLowerCase().trim();
  if (!words.length && !subject && !wanted.site && !wanted.state && !shows_apart()) return null;
  return (row) => {
    const [name, site] = rule.subject(row);
    if (wanted.site && (site || index.no_site) !== wanted.site) return false;
    if (wanted.state && rule.known(row)[0] !== wanted.state) return false;
    if (wanted.change && rule.cell("change", row) !== wanted.change) return false;
    if (wanted.reason && rule.cell("reason", row) !== wanted.reason) return false;
    if (subject && !name.toLowerCase().includes(subject)) return false;
    if (!words.length) return true;
    const known = rule.known(row);
    const text = [name, rule.cell("visit", row), rule.place(row), rule.cell("message", row),
      ...rule.told(row).map(value_text), known[1], known[2]].join("\n").toLowerCase();
    return words.every((word) => text.includes(word));
  };
}

/** Let the browser draw and listen; return whether nothing else was asked for meanwhile. */
async function still(turn) {
  await new Promise((go) => setTimeout(go));
  return turn === asked;
}

/** Find what is asked for and draw it. */
async function search() {
  const turn = ++asked;
  const all = new Uint32Array(every);
  let count = 0;
  let since = performance.now();
  for (const rule of rules) {
    const test = test_of(rule);
    if (test === false) continue;
    if (test) rule.load();
    for (let row = 0; row < rule.count; row++) {
      if (!test || test(row)) all[count++] = rule.start + row;
      if (test && row % 2000 === 1999 && performance.now() - since > 100) {
        one("status").textContent = "Searching\u2026";
        if (!(await still(turn))) return;
        since = performance.now();
      }
    }
  }
  found = sorted(all.subarray(0, count));
  draw();
}

const NUMBER = /^-?\d+(\.\d+)?$/;

/** Return what a text is compared by: numbers as such, and digits in a text by their value. */
function sort_key(text) {
  if (typeof text === "number") return text;
  if (NUMBER.test(text)) return Number(text);
  return text.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(12, "0"));
}

/** Put numbers before texts, and what is empty last. */
function compare(a, b) {
  if ((a === "") !== (b === "")) return a === "" ? 1 : -1;
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Return findings in the order that is asked for; equal ones stay as they are. */
function sorted(numbers) {
  if (!wanted.sort) return numbers;
  const down = wanted.sort.startsWith("-");
  const column = used.find(({ id }) => id === wanted.sort.replace("-", ""));
  if (!column) return numbers;
  const show = column.sort ?? column.show;
  const places = new Map();
  const cells = Uint32Array.from(numbers, (number) => {
    const rule = rule_of(number);
    if (!column.of_rule) rule.load();
    const text = show(rule, number - rule.start);
    if (!places.has(text)) places.set(text, places.size);
    return places.get(text);
  });
  const keys = [...places.keys()].map(sort_key);
  const order = [...keys.keys()].sort((a, b) => (down ? -1 : 1) * compare(keys[a], keys[b]));
  const starts = new Uint32Array(keys.length + 1); // by rank: where its findings begin
  const rank = new Uint32Array(keys.length);
  order.forEach((place, at) => {
    const before = order[at - 1];
    rank[place] = at && compare(keys[place], keys[before]) === 0 ? rank[before] : at;
  });
  for (const cell of cells) starts[rank[cell] + 1]++;
  for (let at = 1; at < starts.length; at++) starts[at] += starts[at - 1];
  const result = new Uint32Array(numbers.length);
  numbers.forEach((number, at) => { result[starts[rank[cells[at]]]++] = number; });
  return result;
}

