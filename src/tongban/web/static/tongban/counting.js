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

  // Whole numbers are exact: where a sum or a product outgrows what a number keeps, a BigInt takes its place. What two numbers come to is
  // exact when it is itself one that a number keeps; `+ 0` makes nought of -0.
  const fit = (n) => (Number.isSafeInteger(Number(n)) ? Number(n) : n);
  const whole = (plain, exact) => (a, b) => {
    if (typeof a === "number" && typeof b === "number") {
      const found = plain(a, b);
      if (Number.isSafeInteger(found)) return found + 0;
    }
    for (const each of [a, b]) if (typeof each !== "number" && typeof each !== "bigint") throw broken();
    return fit(exact(BigInt(a), BigInt(b)));
  };
  const divided = (plain, exact) =>
    whole(plain, (a, b) => {
      if (b === 0n) throw broken();
      return exact(a, b);
    });
  const plus = whole((a, b) => a + b, (a, b) => a + b);
  const minus = whole((a, b) => a - b, (a, b) => a - b);
  const times = whole((a, b) => a * b, (a, b) => a * b);
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
    "_+_": plus,
    "_-_": minus,
    "_*_": times,
    "_/_": divided((a, b) => (a - (a % b)) / b, (a, b) => a / b),
    "_%_": divided((a, b) => a % b, (a, b) => a % b),
    "-_": (a) => minus(0, a),
    "@in": (a, list) => list.some((each) => equal(a, each)),
    size: (a) => (typeof a === "string" ? Array.from(a).length : a.length),
  };

  // An expression made into a function of a row's values, which stand in the order of `names`. What is broken throws when it is asked, as a branch that
  // nobody takes is never asked.
  const breaks = () => {
    throw broken();
  };
  const asking = (tree, names) => {
    if (tree === null || typeof tree !== "object") return breaks;
    if ("is" in tree) return () => tree.is;
    if ("name" in tree) {
      const place = names.indexOf(tree.name);
      return place < 0 ? breaks : (row) => row[place];
    }
    const parts = (list) => list.map((part) => asking(part, names));
    if ("list" in tree) {
      if (!Array.isArray(tree.list)) return breaks;
      const items = parts(tree.list);
      return (row) => items.map((item) => item(row));
    }
    if (!Array.isArray(tree.of)) return breaks;
    const of = parts(tree.of);
    if (tree.call === "_?_:_" && of.length === 3) return (row) => (of[0](row) ? of[1](row) : of[2](row));
    if (!Object.hasOwn(CALLS, tree.call) || of.length !== CALLS[tree.call].length) return breaks;
    const call = CALLS[tree.call];
    const [first, second] = of;
    return of.length === 1 ? (row) => call(first(row)) : (row) => call(first(row), second(row));
  };

  // What one row adds, as a function of its values: nothing, an exclusion, or one (or its own number) to the denominator.
  const adding = (definition, names) => {
    const of = (part) => asking(part.tree, names);
    const number = (part) => {
      if (part === undefined) return () => 1;
      const ask = of(part);
      return (row) => {
        const found = ask(row);
        return typeof found === "number" || typeof found === "bigint" ? found : Number(found === true);
      };
    };
    const counts = of(definition.denominator);
    const reasons = definition.exclusions.map((each) => ({ excluded: each.id, holds: of(each) }));
    const good = definition.numerator && of(definition.numerator);
    const [adds, over] = [number(definition.adds), number(definition.over)];
    return (row) => {
      if (counts(row) !== true) return null;
      const reason = reasons.find((each) => each.holds(row) === true);
      if (reason) return reason;
      if (good) return { above: good(row) === true ? 1 : 0, below: 1 };
      const [above, below] = [adds(row), over(row)];
      return below > 0 ? { above, below } : null;
    };
  };

  class Tally {
    constructor(adding) {
      Object.assign(this, { adding, above: 0, below: 0, cases: 0, excluded: Object.create(null) });
      Object.assign(this, { squares: 0, squaresBelow: 0, products: 0, least: null });
    }

    add(what, n) {
      if (!what) return;
      if (what.excluded !== undefined) {
        this.excluded[what.excluded] = (this.excluded[what.excluded] || 0) + n;
        return;
      }
      const { above, below } = what;
      this.above = plus(this.above, times(above, n));
      this.below = plus(this.below, times(below, n));
      this.cases += n;
      if (!this.adding) return;
      this.squares = plus(this.squares, times(times(above, above), n));
      this.squaresBelow = plus(this.squaresBelow, times(times(below, below), n));
      this.products = plus(this.products, times(times(above, below), n));
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
    return [sums.least >= 0 ? Math.max(low, 0) : low, value + half];
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

  // Rows alike in all of these columns: the first row of each kind, in the order of the rows, and how many there are. Column by column each row gets the
  // number of its kind, from a table where that is small.
  const SMALL = 2 ** 22;
  const alike = (columns, size) => {
    let kinds = new Int32Array(size);
    let count = 1;
    for (const { values, rows } of columns) {
      const width = values.length;
      const table = count * width <= SMALL ? new Int32Array(count * width) : null;
      const known = table ? null : new Map();
      const finer = new Int32Array(size);
      let next = 0;
      for (let row = 0; row < size; row += 1) {
        const key = kinds[row] * width + rows[row];
        let kind = table ? table[key] : known.get(key);
        if (!kind) {
          next += 1;
          kind = next;
          if (table) table[key] = kind;
          else known.set(key, kind);
        }
        finer[row] = kind - 1;
      }
      [kinds, count] = [finer, next];
    }
    const found = [];
    for (let row = 0; row < size; row += 1) {
      const kind = kinds[row];
      if (kind === found.length) found.push({ row, n: 1 });
      else found[kind].n += 1;
    }
    return found;
  };

  const countedAgain = (definition, population) => {
    const names = Object.keys(definition.names).sort();
    const columns = names.map((name) => (Object.hasOwn(population.columns, name) ? population.columns[name] : undefined));
    const size = population.marks.length;
    ["unit", ...names].forEach((name, n) => {
      const column = n ? columns[n - 1] : population.units;
      if (column === undefined) throw new Broken("edition.column_missing", { name });
      if (!isColumn(column, size)) throw new Broken("edition.column_broken", { name });
    });
    // Rows alike in all that the definition names are asked once.
    const add = adding(definition, names);
    const sums = definition.adds !== undefined;
    const county = new Tally(sums);
    const units = Object.create(null);
    for (const { row, n } of alike([population.units, ...columns], size)) {
      let what = null;
      try {
        what = add(columns.map((column) => column.values[column.rows[row]]));
      } catch (fault) {
        throw fault instanceof Broken ? fault : broken();
      }
      const unit = String(population.units.values[population.units.rows[row]]);
      if (!Object.hasOwn(units, unit)) units[unit] = new Tally(sums);
      county.add(what, n);
      units[unit].add(what, n);
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
