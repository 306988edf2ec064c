// An edition beside an earlier one, in the reader's own browser, as src/tongban/kernel/edition/against.py does it. It stands on recount.js.

"use strict";

(() => {
  const { hex, same, readCheckpoint } = ledger;
  const fault = (code, facts = {}) => ({ code, facts });
  const step = (findings, facts = {}) => ({ name: "against", findings, facts, taken: true });
  const OPTIONAL = ["before", "newest"];

  // A correction stands beside just the file that it names, a first edition beside one of an earlier month.
  const pair = (edition, older) => {
    const [head, before] = [edition.head, older.head];
    if (before.county !== head.county) return fault("edition.other_county", { stated: head.county, signed: before.county });
    if (head.corrects)
      return older.digest === head.corrects ? null : fault("edition.not_corrected", { stated: head.corrects.slice(0, 16), found: older.digest.slice(0, 16) });
    return before.period < head.period ? null : fault("edition.not_earlier", { period: head.period, other: before.period });
  };

  // Whether this file's proof says that the earlier one's ledger is its beginning; else whether the two contradict each other.
  const linked = (edition, older) => {
    const head = ({ proof }) => (proof ? readCheckpoint(proof.note) : null);
    const [now, then] = [head(edition), head(older)];
    if (!now || !then) return false;
    const before = edition.proof.before ? readCheckpoint(edition.proof.before.note) : null;
    const named = (each) => `${each.size} ${hex(each.root)}`;
    if (before && named(before) === named(then)) return true;
    const forked = [now, before].some((each) => each && each.size === then.size && !same(each.root, then.root));
    return then.size > now.size || forked ? fault("edition.not_prefix", { first: then.size, size: now.size, at: then.at }) : false;
  };

  const unversioned = (text) => {
    try {
      const { version: _, ...rest } = lines.parse(text);
      return JSON.stringify(rest);
    } catch {
      return text;
    }
  };
  const told = (edition) => {
    const defined = new Map(edition.definitions.map((each) => [each.hash, unversioned(each.text)]));
    return new Map(edition.figures.map((each) => [each.key, { definition: defined.get(each.definition) || "", figure: each }]));
  };
  const said = (each) => (each ? `${each.figure.county.numerator} / ${each.figure.county.denominator}` : "");
  const counts = ({ figure }) => JSON.stringify([figure.county, figure.units]);

  const changes = (edition, older) => {
    const [before, now] = [told(older), told(edition)];
    const found = [];
    for (const key of [...new Set([...before.keys(), ...now.keys()])].sort()) {
      const [one, other] = [before.get(key), now.get(key)];
      let what = "";
      if (!other) what = "gone";
      else if (!one) what = "came";
      else if (one.definition !== other.definition) what = "redefined";
      else if (edition.head.corrects && counts(one) !== counts(other)) what = "changed";
      if (what) found.push({ key, before: said(one), now: said(other), what });
    }
    return found;
  };

  const against = async (edition, text, given) => {
    const verdict = await tongban.check(text, given);
    if (!verdict.good) {
      const codes = (steps) => [...new Set(steps.flatMap((each) => each.findings.map((found) => found.code)))];
      const own = codes(verdict.steps.filter((each) => !OPTIONAL.includes(each.name)));
      return step([fault("edition.older_false", { codes: (own.length ? own : codes(verdict.steps)).join(", ") })]);
    }
    const older = verdict.edition;
    const facts = { period: older.head.period, edition: older.head.edition };
    const wrong = pair(edition, older);
    if (wrong) return step([wrong], facts);
    const link = linked(edition, older);
    if (link.code) return step([link], facts);
    const found = changes(edition, older);
    return step([], { ...facts, linked: link, n: found.length, changes: found });
  };

  // Checks a file as tongban.check does, and beside an earlier one where `older` is given.
  tongban.checkAgainst = async (text, older, given, list = "", now = new Date(), tell = async () => {}) => {
    const verdict = await tongban.check(text, given, list, now, tell);
    if (!older || !verdict.edition) return verdict;
    const last = await against(verdict.edition, older, given);
    verdict.steps.push(last);
    await tell(last);
    return { ...verdict, good: verdict.good && !last.findings.length };
  };
})();
