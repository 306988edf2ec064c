// Checks a month's sheet of lots in the reader's own browser: each lot drawn again from the seed, the lines held to the ledger's notes, as
// src/tongban/kernel/ledger/draw_sheet.py does, which a test holds it to. It stands on noble.js, ledger.js and lines.js.

"use strict";

const lots = (() => {
  const { bytes, hex, unhex, joined, same, sha256, signedBy, readCheckpoint, included } = ledger;
  const FORMAT = "tongban.draws.1";
  const MOST = 100;
  const fault = (code, facts = {}) => ({ code, facts });

  // ---- strict reading: whatever is not as it should be is no sheet --------------------------------------------

  class NoSheet extends Error {}
  const need = (right) => {
    if (!right) throw new NoSheet();
  };
  const map = (value) => {
    need(typeof value === "object" && value !== null && !Array.isArray(value));
    return value;
  };
  const at = (value, name) => {
    need(Object.hasOwn(map(value), name));
    return value[name];
  };
  const text = (value) => {
    need(typeof value === "string");
    return value;
  };
  const whole = (value) => {
    need(Number.isSafeInteger(value));
    return value;
  };
  const texts = (value) => {
    need(Array.isArray(value));
    return value.map(text);
  };
  const hash = (value) => {
    const found = unhex(value, 32);
    need(found);
    return found;
  };
  const parse = (line) => {
    try {
      return lines.parse(line);
    } catch {
      throw new NoSheet();
    }
  };

  const LOT = ["drawn", "lot", "mark", "of_hundred", "sample"];
  const CHOICE = ["among", "mark", "picked"];
  const readLine = (line) => {
    const value = map(parse(line));
    const names = Object.keys(value).sort().join(" ");
    if (names === CHOICE.join(" ")) return { line, mark: text(value.mark), among: texts(value.among), picked: texts(value.picked) };
    need(names === LOT.join(" ") && typeof value.drawn === "boolean");
    return { line, mark: text(value.mark), sample: text(value.sample), lot: whole(value.lot), share: whole(value.of_hundred), drawn: value.drawn };
  };

  // ---- the chain of a county's notes has a name made by SHA-1 (RFC 9562, version 5) ----------------------------

  const turned = (value, by) => ((value << by) | (value >>> (32 - by))) >>> 0;
  const sha1 = (all) => {
    const size = (((all.length + 8) >> 6) + 1) << 6;
    const view = new DataView(new ArrayBuffer(size));
    all.forEach((byte, n) => view.setUint8(n, byte));
    view.setUint8(all.length, 0x80);
    view.setUint32(size - 4, all.length * 8);
    let state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0];
    for (let block = 0; block < size; block += 64) {
      const w = [];
      for (let n = 0; n < 80; n += 1) w.push(n < 16 ? view.getUint32(block + 4 * n) : turned(w[n - 3] ^ w[n - 8] ^ w[n - 14] ^ w[n - 16], 1));
      let [a, b, c, d, e] = state;
      for (let n = 0; n < 80; n += 1) {
        const [mix, add] =
          n < 20 ? [(b & c) | (~b & d), 0x5a827999] : n < 40 ? [b ^ c ^ d, 0x6ed9eba1] : n < 60 ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc] : [b ^ c ^ d, 0xca62c1d6];
        [a, b, c, d, e] = [(turned(a, 5) + (mix >>> 0) + e + add + w[n]) >>> 0, a, turned(b, 30), c, d];
      }
      state = [a, b, c, d, e].map((value, n) => (value + state[n]) >>> 0);
    }
    return state.map((value) => value.toString(16).padStart(8, "0")).join("");
  };
  const OID = Uint8Array.from("6ba7b8129dad11d180b400c04fd430c8".match(/../g), (pair) => parseInt(pair, 16));
  const chainOf = (county) => {
    const found = sha1(joined(OID, bytes(`tongban/${county}/draws`))).slice(0, 32);
    const kind = ((parseInt(found[16], 16) & 3) | 8).toString(16);
    return [found.slice(0, 8), found.slice(8, 12), `5${found.slice(13, 16)}`, kind + found.slice(17, 20), found.slice(20)].join("-");
  };

  // ---- chance --------------------------------------------------------------------------------------------------

  const keyed = (key, message) => {
    const pad = (with_) => Uint8Array.from({ length: 64 }, (_, n) => (key[n] ?? 0) ^ with_);
    return sha256(pad(0x5c), sha256(pad(0x36), message));
  };
  const commitmentOf = (seed) => hex(sha256(bytes("tongban.seed.1\n"), seed));
  const lotIn = (chance) => chance.reduce((rest, byte) => (rest * 256 + byte) % 100, 0);
  const pickedBy = (chance, units, few) => {
    const placed = units.map((unit) => ({ unit, place: hex(sha256(bytes(`${hex(chance)}/${unit}`))) }));
    placed.sort((one, other) => (one.place < other.place ? -1 : one.place > other.place ? 1 : 0));
    return new Set(placed.slice(0, few).map(({ unit }) => unit));
  };
  // By code points, as Python orders texts; the browser would compare halves of rare characters.
  const compared = (one, other) => {
    const [left, right] = [[...one], [...other]].map((chars) => chars.map((char) => char.codePointAt(0)));
    for (let n = 0; n < Math.min(left.length, right.length); n += 1) if (left[n] !== right[n]) return left[n] - right[n];
    return left.length - right.length;
  };

  const drawnAgain = (seed, all) => {
    const wrong = [];
    let before = null;
    all.forEach((each, n) => {
      const line = n + 2;
      const order = before ? compared(each.mark, before.mark) || compared(each.line, before.line) : 1;
      if (order <= 0) wrong.push(fault("draws.order", { line }));
      before = each;
      const chance = keyed(seed, bytes(each.mark));
      if (each.among) {
        const [picked, stated] = [pickedBy(chance, each.among, each.picked.length), new Set(each.picked)];
        if (picked.size !== stated.size || [...stated].some((unit) => !picked.has(unit))) wrong.push(fault("draws.picked", { line }));
        return;
      }
      const lot = lotIn(chance);
      if (lot !== each.lot) wrong.push(fault("draws.lot", { line, stated: each.lot, computed: lot }));
      else if (each.drawn !== lot < each.share) wrong.push(fault("draws.drawn", { line, lot, of_hundred: each.share }));
    });
    return wrong;
  };

  // ---- what the ledger says -----------------------------------------------------------------------------------

  // The chain from its first note on, sealed anew; none where it is not this county's.
  const notesOf = (bodies, county) => {
    const chain = chainOf(county);
    let seal = new Uint8Array(32);
    const found = [];
    for (const [n, body] of texts(bodies).entries()) {
      const said = map(parse(body));
      const entry = map(at(said, "entry"));
      if (at(entry, "chain") !== chain || at(entry, "seq") !== n + 1) return [];
      seal = sha256(bytes("tongban.entry.1\n"), seal, bytes(body));
      found.push({ kind: text(at(said, "kind")), facts: map(at(said, "facts")), seal });
    }
    return found;
  };

  // The last note published these very lines, and none before it published others under the same commitment.
  const published = (stated, notes) => {
    const wrong = [];
    notes.forEach((note, n) => {
      const last = n === notes.length - 1;
      if (!last && !(note.kind === "seed_published" && note.facts.commitment === stated.commitment)) return;
      const other = ["commitment", "digest", "month", "rows", "seed"].some((name) => note.facts[name] !== stated[name]);
      if (note.kind !== "seed_published" || other) wrong.push(fault("draws.published", { sealed: String(note.facts.digest ?? ""), computed: stated.digest }));
    });
    return wrong;
  };

  const covered = (county, place, seal, keys) => {
    const [note, leaf, path] = [text(at(place, "note")), whole(at(place, "leaf")), texts(at(place, "path")).map(hash)];
    const head = readCheckpoint(note);
    if (!head) return { wrong: fault("ledger.checkpoint") };
    const wrong = signedBy(head.note, keys);
    if (wrong) return { wrong };
    if (head.county !== county) return { wrong: fault("draws.entry") };
    return included(seal, leaf, head.size, path, head.root) ? { head } : { wrong: fault("ledger.not_included", { leaf, size: head.size }) };
  };

  const shares = (all) => {
    const found = new Map();
    for (const each of all.filter(({ among }) => !among)) {
      const key = JSON.stringify([each.sample, each.share]);
      const one = found.get(key) || { sample: each.sample, of_hundred: each.share, drawn: 0, lots: 0 };
      found.set(key, { ...one, drawn: one.drawn + Number(each.drawn), lots: one.lots + 1 });
    }
    return [...found.values()].sort((one, other) => compared(one.sample, other.sample) || one.of_hundred - other.of_hundred);
  };

  const checked = (file, given) => {
    const all = (file.endsWith("\n") ? file.slice(0, -1) : file).split("\n");
    const [head, last] = [map(parse(all[0])), map(parse(all[all.length - 1]))];
    need(all.length > 1 && at(head, "format") === FORMAT);
    const [county, month, commitment] = ["county", "month", "commitment"].map((name) => text(at(head, name)));
    const [rows, seed] = [whole(at(head, "rows")), hash(at(head, "seed"))];
    need(/^\d{4}-(0[1-9]|1[0-2])$/.test(month) && month >= "0001");
    const read = all.slice(1, -1).map(readLine);
    const wrong = [];
    const [digest, stated] = [hex(sha256(bytes(all.slice(0, -1).map((line) => `${line}\n`).join("")))), text(at(last, "digest"))];
    if (digest !== stated) wrong.push(fault("draws.digest", { stated, computed: digest }));
    if (rows !== read.length) wrong.push(fault("draws.rows", { stated: rows, computed: read.length }));
    if (commitmentOf(seed) !== commitment) wrong.push(fault("draws.seed", { computed: commitmentOf(seed) }));
    wrong.push(...drawnAgain(seed, read));
    const notes = notesOf(at(last, "notes"), county);
    const committed = notes.filter((each) => each.kind === "seed_committed" && each.facts.month === month);
    const own = committed.find((each) => each.facts.commitment === commitment);
    if (!own) return { findings: [...wrong.slice(0, MOST - 1), fault("draws.entry")] };
    wrong.push(...published({ ...head, digest }, notes));
    const keys = given.filter(({ id }) => id.slice(0, id.lastIndexOf("+")) === `tongban.${county}`);
    const first = covered(county, at(last, "committed"), own.seal, keys);
    const whole_ = covered(county, at(last, "published"), notes[notes.length - 1].seal, keys);
    for (const each of [first, whole_])
      if (each.wrong && !wrong.some((one) => JSON.stringify(one) === JSON.stringify(each.wrong))) wrong.push(each.wrong);
    if (wrong.length) return { findings: wrong.slice(0, MOST) };
    const began = new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5)) - 1, 1, -8)).toISOString().replace("Z", "000Z");
    const facts = { county, month, rows: read.length, covered: first.head.at, ahead: first.head.at <= began, others: committed.length - 1 };
    return { findings: [], ...facts, shares: shares(read) };
  };

  const isSheet = (file) => file.slice(0, 1000).includes(`"format":"${FORMAT}"`);

  // What a sheet proves, or what is wrong with it. Never throws.
  const check = (file, given) => {
    try {
      return checked(file, given);
    } catch (wrong) {
      if (wrong instanceof NoSheet) return { findings: [fault("draws.format")] };
      throw wrong;
    }
  };

  return { check, isSheet };
})();
