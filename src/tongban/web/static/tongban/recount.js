// Checks an edition of figures in the reader's own browser: the same steps in the same order as
// src/tongban/kernel/edition/checking.py, which a test holds it to. Nothing is sent anywhere. It stands on noble.js,
// ledger.js, lines.js and counting.js.

"use strict";

var tongban = (() => {
  const { bytes, hex, unhex, hashes, same, sha256, sha256OfText, readNote, readKey, signedBy, readCheckpoint, included, onlyAdded, INSTANT } = ledger;
  const { FORMAT, parse, read } = lines;

  const { readDefinition, placeOf, countedAgain, differing } = counting;

  // ---- the steps ---------------------------------------------------------------------------------------------

  const fault = (code, facts = {}) => ({ code, facts });
  const step = (name, findings = [], facts = {}, taken = true) => ({ name, findings, facts, taken });

  const takeLines = async (edition) => {
    edition.digests = [];
    for (const line of edition.lines) edition.digests.push(await sha256OfText(`${line}\n`)); // one after the other: each is copied to be hashed
    edition.digest = hex(sha256(bytes(`${FORMAT}\n`), ...edition.digests));
    const stated = edition.proof ? edition.proof.digests : [];
    const wrong = [];
    if (stated.length !== edition.digests.length) wrong.push(fault("edition.lines", { stated: stated.length, found: edition.digests.length }));
    edition.digests.forEach((digest, n) => {
      if (n < stated.length && stated[n] !== hex(digest)) wrong.push(fault("edition.line_differs", { line: n + 1, part: edition.parts[n].line }));
    });
    return step("lines", wrong, { digest: edition.digest });
  };

  // A part of the ledger's entry; nothing of one of another kind.
  const saidBy = (body, part = "facts") => {
    try {
      const entry = parse(body);
      return entry.kind === "edition" && entry[part] && typeof entry[part] === "object" ? entry[part] : {};
    } catch {
      return {};
    }
  };

  const takeEntry = (edition) => {
    const { body, prev, seal } = edition.proof.entry;
    const sealed = hashes([prev, seal]);
    const wrong = [];
    if (!sealed || !same(sha256(bytes("tongban.entry.1\n"), sealed[0], bytes(body)), sealed[1])) wrong.push(fault("edition.entry_changed"));
    const said = saidBy(body);
    const { county, period, edition: nth, corrects } = edition.head;
    for (const [member, value] of Object.entries({ county, period, edition: nth, corrects, digest: edition.digest }))
      if (said[member] !== value) wrong.push(fault("edition.other_entry", { member, stated: String(value), sealed: String(said[member] ?? "") }));
    return step("entry", wrong);
  };

  const takeTree = (edition, head) => {
    const { proof } = edition;
    if (!head) return step("tree", [fault("ledger.checkpoint")]);
    const [path, seal] = [hashes(proof.path), unhex(proof.entry.seal, 32)];
    const wrong = [];
    if (!path || !seal || !included(seal, proof.leaf, head.size, path, head.root)) wrong.push(fault("ledger.not_included", { leaf: proof.leaf, size: head.size }));
    if (head.county !== edition.head.county) wrong.push(fault("edition.other_county", { stated: edition.head.county, signed: head.county }));
    if (edition.head.ledger > proof.leaf) wrong.push(fault("edition.ledger_ahead", { size: edition.head.ledger, n: proof.leaf + 1 }));
    return step("tree", wrong, { n: proof.leaf + 1, size: head.size, at: head.at });
  };

  // The keys that sign for a county: that of a neighbour says nothing of it, however well it is trusted.
  const own = (keys, county) => keys.filter(({ id }) => id.slice(0, id.lastIndexOf("+")) === `tongban.${county}`);

  const takeSigned = (head, keys, given) => {
    const facts = { keys: head.note.signatures.map((each) => each.key).join(", ") };
    if (!given) return step("signed", [fault("edition.no_key", facts)], facts);
    const wrong = signedBy(head.note, keys);
    return step("signed", wrong ? [wrong] : [], facts);
  };

  // The entry says which head came before, so that nobody can cut it off or bring an earlier one in its place.
  const takeBefore = ({ head: stated, proof }, head, keys) => {
    const sealed = saidBy(proof.entry.body).before;
    const other = (found) => step("before", [fault("edition.other_entry", { member: "before", stated: found, sealed: String(sealed || "") })]);
    if (proof.before === null && sealed === "" && stated.edition === 1 && !stated.corrects) return step("before", [], {}, false);
    if (proof.before === null) return other("");
    const earlier = readCheckpoint(String(proof.before.note));
    if (!earlier) return step("before", [fault("ledger.checkpoint")]);
    const wrong = keys.length ? signedBy(earlier.note, keys) : null;
    if (wrong) return step("before", [wrong]);
    const named = `${earlier.size} ${hex(earlier.root)}`;
    if (named !== sealed) return other(named);
    const facts = { first: earlier.size, size: head.size, at: earlier.at };
    const path = hashes(proof.before.path);
    if (earlier.county !== head.county) return step("before", [fault("edition.other_county", { stated: head.county, signed: earlier.county })], facts);
    if (!path || !onlyAdded(earlier.size, head.size, earlier.root, head.root, path)) return step("before", [fault("edition.not_prefix", facts)], facts);
    return step("before", [], facts);
  };

  const takeDefinitions = (edition) => {
    const wrong = [];
    edition.known = new Map();
    for (const each of edition.definitions) {
      const hash = hex(sha256(bytes("tongban.definition.1\n"), bytes(each.text)));
      try {
        const definition = readDefinition(each.text);
        if (hash !== each.hash) wrong.push(fault("edition.definition_differs", { key: definition.key, stated: each.hash.slice(0, 16), found: hash.slice(0, 16) }));
        edition.known.set(hash, definition);
      } catch (said) {
        wrong.push(fault(said.code || "edition.definition_unreadable", { hash: each.hash.slice(0, 16) }));
      }
    }
    return step("definitions", wrong, { n: edition.definitions.length });
  };

  const takeFigure = (edition, stated) => {
    const definition = edition.known.get(stated.definition);
    if (!definition || definition.key !== stated.key) return [fault("edition.definition_exchanged", { key: stated.key, stated: stated.definition.slice(0, 16) })];
    const population = edition.populations.find((each) => each.figures.includes(stated.key));
    const place = population && JSON.stringify([population.practice, population.of, population.counted, population.unit]);
    if (place !== placeOf(definition)) return [fault("edition.population_missing", { key: stated.key })];
    try {
      return differing(stated, countedAgain(definition, population));
    } catch (said) {
      return [fault(said.code || "edition.definition_unreadable", { key: stated.key, ...said.facts })];
    }
  };

  const readList = (note, keys) => {
    const opened = readNote(note);
    if (!opened) return { wrong: fault("edition.list") };
    const wrong = signedBy(opened, keys);
    if (wrong) return { wrong };
    const [first, at, ...lines] = opened.text.slice(0, -1).split("\n");
    const county = /^tongban\.editions\/([0-9A-Za-z._-]{1,64})$/.exec(first);
    const moment = /^at (\S+)$/.exec(at || "");
    const newest = lines.map((line) => /^([0-9A-Z-]{4,8}) ([1-9][0-9]{0,5}) ([0-9a-f]{64}|withdrawn)$/.exec(line));
    if (!county || !moment || !INSTANT.test(moment[1]) || newest.includes(null)) return { wrong: fault("edition.list") };
    return { county: county[1], at: moment[1], newest: newest.map(([, period, nth, digest]) => ({ period, edition: Number(nth), digest })) };
  };

  // An old list says truly that an edition was corrected, but never that none was since: then the step is left.
  const FRESH = 24 * 60 * 60 * 1000;
  const takeNewest = (edition, keys, list, now) => {
    if (!list) return step("newest", [], {}, false);
    const listed = readList(list, keys);
    if (listed.wrong) return step("newest", [listed.wrong]);
    const { head } = edition;
    const facts = { at: listed.at };
    const named = { period: head.period, edition: head.edition, at: listed.at };
    const found = listed.newest.find((each) => each.period === head.period);
    const released = edition.proof ? String(saidBy(edition.proof.entry.body, "entry").at ?? "") : "";
    if (listed.county === head.county && (!found || found.edition < head.edition) && listed.at < released) return step("newest", [], { ...facts, released }, false);
    let wrong = null;
    if (listed.county !== head.county) wrong = fault("edition.other_county", { stated: head.county, signed: listed.county });
    else if (!found || found.edition < head.edition) wrong = fault("edition.not_listed", named);
    else if (found.edition > head.edition) wrong = fault("edition.not_newest", { ...named, newest: found.edition });
    else if (found.digest === "withdrawn") wrong = fault("edition.withdrawn", named);
    else if (found.digest !== edition.digest) wrong = fault("edition.other_listed", named);
    if (!wrong && listed.at < released) wrong = fault("edition.list_older", { ...named, released });
    if (wrong) return step("newest", [wrong], facts);
    return step("newest", [], facts, Math.abs(now - new Date(listed.at)) <= FRESH);
  };

  const good = (each) => (each.taken ? !each.findings.length : ["before", "newest"].includes(each.name));

  // Checks a file. The keys `given` come from readKey, `list` is the signed list of editions or "", `now` the reader's clock. Each step is told to `tell` as it is
  // done. Resolves to { head, steps, good, edition }.
  const check = async (text, given, list = "", now = new Date(), tell = async () => {}) => {
    const steps = [];
    const done = async (each) => {
      steps.push(each);
      await tell(each);
    };
    const edition = read(text);
    if (edition.code) {
      await done(step("read", [edition]));
      return { head: null, steps, good: false, edition: null };
    }
    const facts = { figures: edition.figures.length, rows: edition.populations.reduce((n, each) => n + each.marks.length, 0) };
    await done(step("read", edition.proof ? [] : [fault("edition.no_proof")], facts));
    const hashed = await takeLines(edition);
    const keys = own(given, edition.head.county);
    if (edition.proof) {
      await done(hashed);
      await done(takeEntry(edition));
      const head = readCheckpoint(edition.proof.note);
      await done(takeTree(edition, head));
      if (head) {
        await done(takeSigned(head, keys, given.length > 0));
        await done(takeBefore(edition, head, keys));
      }
    }
    await done(takeDefinitions(edition));
    const wrong = edition.populations
      .filter(({ marks }) => marks.some((mark, n) => n && mark <= marks[n - 1]))
      .map(({ practice, of }) => fault("edition.marks", { practice, of }));
    if (!edition.figures.length) wrong.push(fault("edition.no_figures"));
    const named = [edition.populations.flatMap((each) => each.figures), ...[edition.figures, [...edition.known.values()]].map((all) => all.map((each) => each.key))];
    const twice = named.flatMap((all) => all.filter((key, n) => all.indexOf(key) !== n));
    wrong.push(...[...new Set(twice)].sort().map((key) => fault("edition.twice", { key })));
    const counted = new Set(edition.figures.map((each) => each.key));
    const missing = [...new Set([...edition.known.values()].map((each) => each.key))].filter((key) => !counted.has(key));
    wrong.push(...missing.sort().map((key) => fault("edition.figure_missing", { key })));
    for (const each of edition.figures) {
      wrong.push(...takeFigure(edition, each));
      await tell(null);
    }
    await done(step("figures", wrong, { n: edition.figures.length }));
    await done(takeNewest(edition, keys, list, now));
    return { head: edition.head, steps, good: steps.every(good), edition };
  };

  // The mark of a case's row, from the seal in the resident's receipt.
  const markOf = (salt, seal) => hex(sha256(bytes("tongban.mark.1\n"), unhex(salt, 16), unhex(seal, 32)).slice(0, 12));

  // What to say of a file after these steps, as Verdict.sort in kernel/edition/checking.py.
  const sort = (steps) => {
    const wrong = new Set(steps.filter((each) => !good(each)).map((each) => each.name));
    if (!wrong.size) return "true";
    const codes = steps.flatMap((each) => each.findings.map((found) => found.code));
    const any = (...known) => known.some((code) => codes.includes(code));
    const beside = any("edition.older_false", "edition.not_corrected", "edition.not_earlier");
    const own = [...wrong].some((name) => !["newest", "against"].includes(name));
    if (own || any("edition.not_listed", "edition.other_listed") || (wrong.has("against") && !beside)) return "false";
    return any("edition.not_newest", "edition.withdrawn") ? "replaced" : wrong.has("newest") ? "unlisted" : "beside";
  };

  return { check, sort, readKey, readNote, markOf };
})();
