// The lines of an edition taken apart as strictly as src/tongban/kernel/edition/lines.py does: exact members, exact types, and the
// one canonical writing. A line that two readers might understand in two ways is refused by both.

"use strict";

const lines = (() => {
  const FORMAT = "tongban.figures.1";
  const ORDER = ["head", "definition", "population", "figure", "proof"];
  const MOST = 10000;
  const DEEPEST = 32;

  // ---- canonical JSON (kernel/ledger/canonical.py) -----------------------------------------------------------

  const written = (value) => {
    if (/[\0\p{Cs}]/u.test(value)) throw new Error("no text");
    return JSON.stringify(value);
  };
  const canonical = (value, depth = 0) => {
    if (typeof value === "string") return written(value);
    if (value === null || typeof value === "boolean" || Number.isSafeInteger(value)) return String(value);
    if (typeof value !== "object" || depth === DEEPEST) throw new Error("canonical");
    if (Array.isArray(value)) return `[${value.map((each) => canonical(each, depth + 1)).join(",")}]`;
    const names = Object.keys(value).sort();
    return `{${names.map((name) => `${written(name)}:${canonical(value[name], depth + 1)}`).join(",")}}`;
  };
  // Whether a value that the browser writes as it stood is canonical: whole numbers only, names in their order, not too deep.
  const inOrder = (value, depth = 0) => {
    if (typeof value === "number") return Number.isSafeInteger(value);
    if (typeof value !== "object" || value === null) return true;
    if (depth === DEEPEST) return false;
    if (Array.isArray(value)) return value.every((each) => inOrder(each, depth + 1));
    return Object.keys(value).every((name, n, names) => (!n || names[n - 1] < name) && inOrder(value[name], depth + 1));
  };
  // The browser's own writer is many times as quick. It says nothing of NUL and of half characters, which it writes as \u: those are looked at closely.
  const quickly = (value, text) => !text.includes("\\u0000") && !text.includes("\\ud") && JSON.stringify(value) === text && inOrder(value);
  // The value of a canonical text; throws for any other: a key given twice, 1.0, a space.
  const parse = (text) => {
    const value = JSON.parse(text);
    if (!quickly(value, text) && canonical(value) !== text) throw new Error("canonical");
    return value;
  };

  // ---- shapes ------------------------------------------------------------------------------------------------

  const text = (value) => typeof value === "string";
  const whole = (value) => Number.isSafeInteger(value);
  const map = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
  const either = (...shapes) => (value) => shapes.some((shape) => shape(value));
  const listOf = (shape) => (value) => Array.isArray(value) && value.every((each) => shape(each));
  const mapOf = (shape) => (value) => map(value) && Object.values(value).every((each) => shape(each));
  const record = (members, optional = {}) => (value) =>
    map(value) &&
    Object.keys(value).every((name) => Object.hasOwn(members, name) || Object.hasOwn(optional, name)) &&
    Object.entries(members).every(([name, shape]) => Object.hasOwn(value, name) && shape(value[name])) &&
    Object.entries(optional).every(([name, shape]) => !Object.hasOwn(value, name) || shape(value[name]));

  const words = mapOf(text);
  const cell = either(text, whole, (value) => typeof value === "boolean", listOf(text));
  const column = record({ values: listOf(cell), rows: listOf(whole) });
  const sums = record({ squares: text, squares_below: text, products: text, least: text });
  const counted = record({ numerator: whole, denominator: whole, sample: whole, excluded: mapOf(whole), low: whole, high: whole }, { sums });
  const SHAPES = {
    head: record({
      line: text, format: text, county: text, county_name: words, period: text, edition: whole, corrects: text, why: text, made: text, ledger: whole,
      units: mapOf(words), left_out: listOf(record({ key: text, because: text })),
    }),
    definition: record({ line: text, text, hash: text, words: mapOf(record({ practice: text, title: text, says: text, exclusions: words })) }),
    population: record({
      line: text, practice: text, of: text, counted: text, unit: text, figures: listOf(text), salt: text, marks: listOf(text), units: column,
      columns: mapOf(column),
    }),
    figure: record({ line: text, key: text, definition: text, county: counted, units: mapOf(counted) }),
    proof: record({
      line: text, digests: listOf(text), entry: record({ body: text, prev: text, seal: text }), note: text, leaf: whole, path: listOf(text),
      before: either((value) => value === null, record({ note: text, path: listOf(text) })),
    }),
  };
  const part = record({ source: text, tree: map });
  const definition = record(
    {
      key: text, version: text, of: text, counted: text, unit: text, kind: text, names: mapOf(text), denominator: part,
      exclusions: listOf(record({ id: text, source: text, tree: map }, { by: text })), smallest_sample: whole, better: text,
    },
    { numerator: part, adds: part, over: part, by: listOf(text), periods: listOf(text), disclosure: text },
  );

  // ---- reading -----------------------------------------------------------------------------------------------

  const fault = (code, facts = {}) => ({ code, facts });

  // The file as its lines; or what is wrong with it.
  const read = (file) => {
    const all = file.split("\n");
    if (all[all.length - 1] === "") all.pop();
    if (!all.length || all.length > MOST || !all[0].includes(FORMAT)) return fault("edition.format");
    const parts = [];
    for (const [n, line] of all.entries()) {
      try {
        const found = parse(line);
        if (!map(found) || !Object.hasOwn(SHAPES, found.line) || !SHAPES[found.line](found)) throw new Error("unknown");
        parts.push(found);
      } catch (wrong) {
        return fault("edition.unreadable", { line: n + 1, reason: String(wrong.message).slice(0, 200) });
      }
    }
    const places = parts.map((each) => ORDER.indexOf(each.line));
    const many = (kind) => parts.filter((each) => each.line === kind);
    if (places.some((place, n) => n && place < places[n - 1]) || places[0] !== 0 || many("head").length > 1 || many("proof").length > 1)
      return fault("edition.order");
    if (parts[0].format !== FORMAT) return fault("edition.format");
    const proof = many("proof")[0] || null;
    return { lines: proof ? all.slice(0, -1) : all, parts, head: parts[0], definitions: many("definition"), populations: many("population"), figures: many("figure"), proof };
  };

  return { FORMAT, parse, definition, read };
})();
