// Counting figures from rows by definitions spelled as JSON, as src/tongban/kernel/edition/recount.py does.

"use strict";

const counting = (() => {
  // ---- definitions: expressions spelled as JSON --------------------------------------------------------------

  class Broken extends Error {
    constructor(code, facts = {}) {
      super(code);
      this.code = code;
      this.facts = facts;
    }
  }
  const broken = () => new Broken("edition.definition_unreadable");

  // Whole numbers are exact: where a product outgrows what a number keeps, a BigInt takes its place.
  const fit = (n) => (typeof n === "bigint" && BigInt(Number(n)) === n && Number.isSafeInteger(Number(n)) ? Number(n) : n);
  const whole = (exact) => (a, b) => {
    for (const each of [a, b]) if (typeof each !== "number" && typeof each !== "bigint") throw broken();
    return fit(exact(BigInt(a), BigInt(b)));
  };
  const divided = (exact) =>
    whole((a, b) => {
      if (b === 0n) throw broken();
      return exact(a, b);
    });
  // Texts by code points, as everywhere else; JavaScript's own order is that of UTF-16.
  const before = (a, b) => {
    if (typeof a !== "string" || typeof b !== "string") return a < b;
    const [one, other] = [Array.from(a), Array.from(b)];
    for (let n = 0; n < Math.min(one.length, other.length); n += 1) {
      if (one[n] !== other[n]) return one[n].codePointAt(0) < other[n].codePointAt(0);
    }
    return one.length < other.length;
  };
  const equal = (a, b) =>
    Array.isArray(a) && Array.isArray(b) ? a.length === b.length && a.every((each, n) => equal(each, b[n])) : a === b;
  const CALLS = {
    "_&&_": (a, b) => Boolean(a) && Boolean(b),
    "_||_": (a, b) => Boolean(a) || Boolean(b),
    "!_": (a) => !a,
    "_==_": equal,
    "_!=_": (a, b) => !equal(a, b),
    "_<_": before,
    "_<=_": (a, b) => !before(b, a),
    "_>_": (a, b) => before(b, a),
    "_>=_": (a, b) => !before(a, b),
    "_+_": whole((a, b) => a + b),
    "_-_": whole((a, b) => a - b),
    "_*_": whole((a, b) => a * b),
    "_/_": divided((a, b) => a / b),
    "_%_": divided((a, b) => a % b),
    "-_": (a) => whole((n) => -n)(a, 0),
    "@in": (a, list) => list.some((each) => equal(a, each)),
    size: (a) => (typeof a === "string" ? Array.from(a).length : a.length),
  };

  const says = (tree, row) => {
    if (tree === null || typeof tree !== "object") throw broken();
    if ("is" in tree) return tree.is;
    if ("name" in tree) {
      if (!Object.hasOwn(row, tree.name)) throw broken();
      return row[tree.name];
    }
    if ("list" in tree) return tree.list.map((item) => says(item, row));
    if (tree.call === "_?_:_" && tree.of.length === 3) return says(says(tree.of[0], row) ? tree.of[1] : tree.of[2], row);
    if (!Object.hasOwn(CALLS, tree.call) || !Array.isArray(tree.of) || tree.of.length !== CALLS[tree.call].length)
      throw broken();
    return CALLS[tree.call](...tree.of.map((part) => says(part, row)));
  };

  const number = (part, row) => {
    const found = part === undefined ? 1 : says(part.tree, row);
    return typeof found === "number" || typeof found === "bigint" ? found : Number(found === true);
  };

  // What one row adds: nothing, an exclusion, or one (or its own number) to the denominator.
  const one = (definition, row) => {
    if (says(definition.denominator.tree, row) !== true) return null;
    const reason = definition.exclusions.find((each) => says(each.tree, row) === true);
    if (reason) return { excluded: reason.id };
    if (definition.numerator) return { above: BigInt(says(definition.numerator.tree, row) === true), below: 1n };
    const [above, below] = [BigInt(number(definition.adds, row)), BigInt(number(definition.over, row))];
    return below > 0n ? { above, below } : null;
  };

  class Tally {
    constructor(adding) {
      Object.assign(this, { adding, above: 0n, below: 0n, cases: 0n, excluded: Object.create(null) });
      Object.assign(this, { squares: 0n, squaresBelow: 0n, products: 0n, least: null });
    }

    add(what, times) {
      if (!what) return;
      const n = BigInt(times);
      if (what.excluded !== undefined) {
        this.excluded[what.excluded] = (this.excluded[what.excluded] || 0) + times;
        return;
      }
      const { above, below } = what;
      this.above += above * n;
      this.below += below * n;
      this.cases += n;
      this.squares += above * above * n;
      this.squaresBelow += below * below * n;
      this.products += above * below * n;
      if (this.least === null || above < this.least) this.least = above;
    }

    get stated() {
      const [low, high] = this.adding && this.below ? ofSums(this) : wilson(Number(this.above), Number(this.below));
      const counted = {
        numerator: Number(this.above),
        denominator: Number(this.below),
        sample: Number(this.adding ? this.cases : this.below),
        excluded: this.excluded,
        low: Math.floor(low * 10000 + 0.5),
        high: Math.floor(high * 10000 + 0.5),
      };
      if (this.adding && this.cases)
        counted.sums = {
          squares: String(this.squares),
          squares_below: String(this.squaresBelow),
          products: String(this.products),
          least: String(this.least),
        };
      // What no reader keeps exact is no figure.
      if (![counted.numerator, counted.denominator, counted.low, counted.high].every(Number.isSafeInteger)) throw new Broken("edition.too_large");
      return counted;
    }
  }

  // ---- intervals, in the very order of kernel/indicator/interval.py, so that the last digit is the same ---------

  const Z = 1.959964;
  const wilson = (numerator, denominator) => {
    if (denominator === 0) return [0, 1];
    const share = numerator / denominator;
    const z2 = Z * Z;
    const middle = (share + z2 / (2 * denominator)) / (1 + z2 / denominator);
    const half = (Z * Math.sqrt((share * (1 - share)) / denominator + z2 / (4 * denominator ** 2))) / (1 + z2 / denominator);
    return [numerator ? middle - half : 0, numerator < denominator ? middle + half : 1];
  };
  const ofSums = (sums) => {
    const [above, below, cases] = [Number(sums.above), Number(sums.below), Number(sums.cases)];
    const value = above / below;
    const apart = Number(sums.squares) - 2 * value * Number(sums.products) + value * value * Number(sums.squaresBelow);
    const spread = (Math.max(apart, 0) * cases) / Math.max(cases - 1, 1);
    const half = (Z * Math.sqrt(spread + Z * Z)) / below;
    const low = value - half;
    return [sums.least >= 0n ? Math.max(low, 0) : low, value + half];
  };

  // ---- counting again ----------------------------------------------------------------------------------------

  const readDefinition = (text) => {
    let found = null;
    try {
      found = lines.parse(text);
    } catch {
      throw broken();
    }
    if (!lines.definition(found) || (found.numerator === undefined) === (found.adds === undefined)) throw broken();
    return found;
  };
  const placeOf = (definition) =>
    JSON.stringify([definition.key.split("/")[0], definition.of, definition.counted, definition.unit]);

  const isColumn = (column, size) =>
    column && Array.isArray(column.values) && Array.isArray(column.rows) && column.rows.length === size &&
    column.rows.every((n) => Number.isInteger(n) && n >= 0 && n < column.values.length);

  const countedAgain = (definition, population) => {
    const names = Object.keys(definition.names).sort();
    const columns = names.map((name) => (Object.hasOwn(population.columns, name) ? population.columns[name] : undefined));
    const size = population.marks.length;
    ["unit", ...names].forEach((name, n) => {
      const column = n ? columns[n - 1] : population.units;
      if (column === undefined) throw new Broken("edition.column_missing", { name });
      if (!isColumn(column, size)) throw new Broken("edition.column_broken", { name });
    });
    // Rows alike in all that the definition names are asked once: each gets the number of its kind.
    const alike = new Map();
    for (let row = 0; row < size; row += 1) {
      let key = String(population.units.rows[row]);
      for (const column of columns) key += `,${column.rows[row]}`;
      const known = alike.get(key);
      if (known) known.times += 1;
      else alike.set(key, { row, times: 1 });
    }
    const adding = definition.adds !== undefined;
    const county = new Tally(adding);
    const units = Object.create(null);
    for (const { row, times } of alike.values()) {
      const values = Object.create(null);
      columns.forEach((column, n) => (values[names[n]] = column.values[column.rows[row]]));
      let what = null;
      try {
        what = one(definition, values);
      } catch (fault) {
        throw fault instanceof Broken ? fault : broken();
      }
      const unit = String(population.units.values[population.units.rows[row]]);
      if (!Object.hasOwn(units, unit)) units[unit] = new Tally(adding);
      county.add(what, times);
      units[unit].add(what, times);
    }
    return { county: county.stated, units: Object.fromEntries(Object.entries(units).map(([unit, tally]) => [unit, tally.stated])) };
  };

  const MEMBERS = ["numerator", "denominator", "sample", "excluded", "low", "high", "sums"];
  const told = (value) => {
    if (value === undefined || value === null) return "None";
    if (typeof value !== "object") return String(value);
    if ("squares" in value) return `${value.squares}, ${value.squares_below}, ${value.products}, ${value.least}`;
    return Object.keys(value).sort().map((name) => `${name} ${value[name]}`).join(", ") || "0";
  };
  const NOTHING = { numerator: 0, denominator: 0, sample: 0, excluded: {}, low: 0, high: 0 };

  const differing = (stated, found) => {
    const wrong = [];
    const names = [...new Set([...Object.keys(stated.units), ...Object.keys(found.units)])].sort();
    const of = (units, unit) => (Object.hasOwn(units, unit) ? units[unit] : NOTHING);
    const pairs = [["", stated.county, found.county], ...names.map((unit) => [unit || "*", of(stated.units, unit), of(found.units, unit)])];
    for (const [unit, saying, again] of pairs)
      for (const member of MEMBERS)
        if (told(saying[member]) !== told(again[member]))
          wrong.push({ code: "edition.figure_differs", facts: { key: stated.key, unit, member, stated: told(saying[member]), found: told(again[member]) } });
    return wrong;
  };

  return { readDefinition, placeOf, countedAgain, differing };
})();
