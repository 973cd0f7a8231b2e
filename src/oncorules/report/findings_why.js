// Why a finding is one: what `oncorules explain` says of it.

const TRUTHS = { t: "true", f: "false", u: "unknown" };
const JOINED = { and: "all of:", or: "any of:", not: "not:" };

/** Return a value with its unit; a text without characters is shown by its quotes. */
function shown_value(name, value, unit) {
  if (value === null) return `${name} = ${MISSING}`;
  return `${name} = ${value || "''"}${unit ? ` ${unit}` : ""}`;
}

/** Return a list under its title, or nothing when it is empty. */
function listed(title, lines) {
  if (!lines.length) return [];
  return [make("h3", {}, title), make("ul", {}, ...lines.map((line) => make("li", {}, line)))];
}

/** Explains the findings of one rule by the columns of its data. */
class Why {
  constructor(rule, row) {
    Object.assign(this, rule.data.why, { rule, row });
    this.truth = this.cell(this.truths);
  }

  cell(place) {
    return this.rule.columns[place](this.row);
  }

  unit(unit) {
    return typeof unit === "number" ? this.cell(unit) : unit;
  }

  /** Return a clause and its parts as rows of a table. */
  rows(clause, depth) {
    const truth = TRUTHS[this.truth[clause.at]];
    const text = clause.parts.length ? JOINED[clause.text] ?? clause.text : clause.text;
    const words = make("th", { scope: "row" }, text);
    words.style.paddingLeft = `${0.6 + 1.5 * depth}rem`;
    const values = clause.values.map(([name, place, unit]) =>
      shown_value(name, this.cell(place), this.unit(unit)));
    const row = make("tr", {}, make("td", { class: truth }, truth), words,
      make("td", {}, values.join("\n")));
    return [row, ...clause.parts.flatMap((part) => this.rows(part, depth + 1))];
  }

  clauses(title, clause) {
    const names = ["truth", "clause", "values"].map((name) => make("th", { scope: "col" }, name));
    const head = make("thead", {}, make("tr", {}, ...names));
    return make("table", {}, make("caption", {}, title), head,
      make("tbody", {}, ...this.rows(clause, 0)));
  }

  elements() {
    const missing = this.missing.map(([name, answer, at]) => {
      const there = this.truth[at] === "t" ? "is missing" : "is there";
      return `${name} missing counts as ${answer}: it ${there}`;
    });
    const columns = this.columns.map(([name, place, unit, line]) =>
      shown_value(name, this.cell(place), unit) + (line === null ? "" : `; ${this.cell(line)}`));
    return [
      make("p", {}, `not met: ${this.because[this.truth]}`),
      ...(this.scope ? [this.clauses("Scope", this.scope)] : []),
      ...listed("If missing", missing),
      this.clauses("Condition", this.condition),
      ...listed("Columns built for it", columns),
      ...listed("Looked up", this.lookups.map((place) => this.cell(place))),
      ...listed("Parameters", this.parameters),
    ];
  }
}

/** Return what the finding shows, where no clause explains it. */
function shown_values(rule, row) {
  const lines = rule.told(row).map((one) => make("span", {}, ...value_nodes(one)));
  const unknown = rule.data.why ? [make("p", {}, rule.data.why)] : [];
  const expected = rule.expected ? [make("p", {}, `expected: ${rule.expected}`)] : [];
  return [...expected, ...listed("Values", lines), ...unknown];
}

/** Return what became of a finding since the earlier run. */
function since(rule, row) {
  return `Since the run of ${index.since}: ${rule.cell("change", row)}; ${rule.cell("reason", row)}`;
}

/** Return the elements that explain a finding. */
function explanation(rule, row) {
  const [state, owner, note, first_seen, expires] = rule.known(row);
  const id = rule.id_of(row);
  const known = [state, owner && `with ${owner}`, first_seen && `first seen ${first_seen}`,
    expires && `accepted until ${expires}`, note].filter(Boolean).join("; ");
  return [
    make("p", {}, `${rule.id}: ${rule.title}`),
    ...(index.since ? [make("p", {}, since(rule, row))] : []),
    ...(rule.data.why?.condition ? new Why(rule, row).elements() : shown_values(rule, row)),
    make("p", { class: "footnote" }, `Source: ${rule.source}`),
    make("p", { class: "footnote" }, "Finding ", make("a", { href: `#${id}` }, id), `: ${known}`),
  ];
}
