// The page that checks an edition or a sheet of lots: takes a file, the county's key and (where there are any) the signed list of editions and a resident's
// receipt, and says each step in words. Everything stays on this machine; only this site's own files are ever fetched, and only
// when somebody asks for them. The same script is in the page that works by itself from a file.

"use strict";

(() => {
  const root = document.getElementById("check");
  if (!root || !window.tongban) return; // then the page goes on saying how to check without a script
  const words = JSON.parse(root.dataset.words);
  const language = root.dataset.language;
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const filled = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => (name in facts ? String(facts[name]) : whole));
  const made = (tag, text = "", kind = "") => {
    const element = document.createElement(tag);
    element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const KINDS = { true: "good", replaced: "soon", unlisted: "soon", beside: "soon" }; // anything else is wrong
  let turn = 0; // of the check that is shown: one that was overtaken shows nothing
  let last = null;
  let current = ""; // the file that is checked: anew whenever the key or what stands beside it changes

  // ---- facts in words ----------------------------------------------------------------------------------------

  const at = (text) => {
    const moment = new Date(text);
    return Number.isNaN(moment.getTime()) ? text : moment.toLocaleString(language === "en" ? "en-GB" : "zh-CN", { timeZone: "Asia/Shanghai" });
  };
  const titles = (edition) => {
    const found = Object.create(null);
    for (const each of edition ? edition.definitions : []) {
      const said = each.words[language] || Object.values(each.words)[0];
      try {
        found[JSON.parse(each.text).key] = `${said.practice} · ${said.title}`;
      } catch {
        // its own step says so
      }
    }
    return found;
  };
  const inWords = (facts, edition, named) => {
    const said = { ...facts };
    for (const name of ["at", "released"]) if (name in said) said[name] = at(said[name]);
    if (Array.isArray(said.keys)) said.keys = said.keys.join(", ");
    if ("reason" in said) said.reason = words.reasons[said.reason] || words.reasons.unknown;
    if (said.part in words.parts) said.part = words.parts[said.part];
    if (said.member in words.members) said.member = words.members[said.member];
    if ("key" in said) {
      said.key = named[said.key] || said.key;
      const unit = said.unit === "*" ? words.others : said.unit && edition ? (edition.head.units[said.unit] || {})[language] || said.unit : "";
      if (unit) said.key += words.of_unit.replace("{unit}", unit);
    }
    return said;
  };

  // ---- what is shown -----------------------------------------------------------------------------------------

  const MOST = 8;
  const line = (step, edition, named) => {
    const state = !step.taken ? "left" : step.findings.length ? "wrong" : "good";
    const item = made("li", "", `step ${state}`);
    item.append(made("span", words.signs[state], "sign"));
    const body = made("div");
    const told = state === "left" && "released" in step.facts ? "before" : state === "left" && "at" in step.facts ? "old" : state === "good" && step.facts.linked === false ? "unlinked" : state;
    body.append(made("p", filled(words.steps[step.name][told], inWords(step.facts, edition, named))));
    const remedied = new Set();
    for (const found of step.findings.slice(0, MOST)) {
      const [says, fix] = words.findings[found.code] || [found.code, ""];
      const facts = inWords(found.facts, edition, named);
      const one = made("p", filled(says, facts), "found");
      if (!remedied.has(found.code)) one.append(made("span", filled(fix, facts), "soft small fix"));
      remedied.add(found.code);
      body.append(one);
    }
    if (step.findings.length > MOST) body.append(made("p", filled(words.more, { n: step.findings.length - MOST }), "soft small"));
    const { changes = [] } = step.facts;
    if (changes.length) {
      const list = made("ul", "", "small");
      for (const each of changes) list.append(made("li", filled(words.changes[each.what], { ...each, key: named[each.key] || each.key })));
      body.append(list);
    }
    item.append(body);
    return item;
  };

  const share = (definition, counted) => {
    if (!counted.denominator) return words.nothing;
    const value = counted.numerator / counted.denominator;
    return definition.kind === "average" ? value.toFixed(2) : `${(value * 100).toFixed(1)} %`;
  };
  const figures = (verdict) => {
    const { edition } = verdict;
    const body = part("rows");
    body.replaceChildren();
    for (const each of edition ? edition.figures : []) {
      const definition = edition.known.get(each.definition);
      if (!definition) continue;
      const row = made("tr");
      const wrong = verdict.steps.some((step) => step.findings.some((found) => found.facts.key === each.key));
      row.append(made("th", (wrong ? `${words.signs.wrong} ` : "") + (titles(edition)[each.key] || each.key)));
      for (const cell of [share(definition, each.county), each.county.numerator, each.county.denominator, each.county.sample])
        row.append(made("td", String(cell), "number"));
      body.append(row);
    }
    part("table").hidden = !body.children.length;
  };

  const mine = () => {
    const place = part("mine");
    place.replaceChildren();
    const receipt = place.receipt;
    if (!receipt) return;
    if (!last || !last.edition) {
      place.textContent = words.mine.first;
      return;
    }
    const named = titles(last.edition);
    let found = 0;
    for (const people of last.edition.populations) {
      const row = people.marks.indexOf(tongban.markOf(people.salt, receipt.entry.seal));
      if (row < 0) continue;
      found += 1;
      place.append(made("p", filled(words.mine.found, { mark: people.marks[row] })));
      const list = made("ul");
      for (const [name, column] of Object.entries(people.columns)) {
        const item = made("li");
        item.append(made("code", `${name} = ${JSON.stringify(column.values[column.rows[row]])}`));
        list.append(item);
      }
      const over = made("p", filled(words.mine.over, { figures: people.figures.map((key) => named[key] || key).join(words.comma) }), "small soft");
      place.append(list, over);
    }
    if (!found) place.append(made("p", words.mine.none));
  };

  const summary = (kind, text) => {
    const place = part("summary");
    place.className = `note verdict ${kind}`;
    place.textContent = text;
    place.hidden = false;
  };

  // ---- checking ----------------------------------------------------------------------------------------------

  const keys = () => part("keys").value.split(/\s+/).filter(Boolean).map(tongban.readKey);
  // Nothing is said any more of what was checked with another key, list or file.
  const clear = () => {
    turn += 1;
    last = null;
    part("summary").hidden = true;
    part("steps").replaceChildren();
    part("mine").replaceChildren();
    part("table").hidden = true;
    return turn;
  };
  // Bytes as they are: a mark at their beginning is none of an edition's, and what is no UTF-8 is no text.
  const textOf = (bytes) => new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  const brought = async (name) => {
    const chosen = part(name).files[0];
    return chosen ? textOf(await chosen.arrayBuffer()) : "";
  };
  // A frame between two steps, so that the page shows how far it is.
  const frame = () => new Promise((done) => setTimeout(done, 0));

  // ---- a sheet of lots ---------------------------------------------------------------------------------------

  const sheet = (text, given) => {
    const found = lots.check(text, given);
    const steps = part("steps");
    const tell = (state, says, ...more) => {
      const item = made("li", "", `step ${state}`);
      const body = made("div");
      body.append(made("p", says, state === "wrong" ? "found" : ""), ...more);
      item.append(made("span", words.signs[state], "sign"), body);
      steps.append(item);
    };
    for (const each of found.findings) {
      const [says, fix] = words.findings[each.code] || [each.code, ""];
      const facts = inWords(each.facts, null, {});
      tell("wrong", filled(says, facts), made("p", filled(fix, facts), "soft small fix"));
    }
    if (found.findings.length) {
      summary("wrong", words.lots.false);
      return;
    }
    const facts = { ...found, covered: at(found.covered), n: found.others };
    tell("good", words.lots.again);
    for (const each of found.shares) tell("good", filled(words.lots.share, each));
    tell(found.ahead ? "good" : "left", filled(words.lots[found.ahead ? "ahead" : "late"], facts));
    if (found.others) tell("left", filled(words.lots.others, facts));
    summary("good", filled(words.lots.sound, facts));
  };

  const run = async () => {
    const own = clear();
    const text = current;
    if (!text) return;
    summary("running", words.running);
    let earlier, list;
    try {
      earlier = await brought("older");
      list = (await brought("list")) || (await siteList());
    } catch {
      if (own === turn) summary("wrong", words.not_text);
      return;
    }
    if (own !== turn) return;
    const given = keys();
    if (given.includes(null)) {
      summary("wrong", words.bad_key);
      return;
    }
    const steps = part("steps");
    if (lots.isSheet(text)) {
      await frame();
      if (own === turn) sheet(text, given);
      return;
    }
    let named = {};
    let last_paint = performance.now();
    const began = performance.now();
    const told = [];
    const tell = async (step) => {
      if (step) told.push(step);
      if (performance.now() - last_paint > 50) {
        last_paint = performance.now();
        await frame();
        if (own !== turn) throw new Error("overtaken");
      }
    };
    // A file made to trip this script is not believed either.
    const tripped = (wrong) => ({ head: null, edition: null, good: false, steps: [{ name: "read", taken: true, facts: {}, findings: [{ code: "edition.unreadable", facts: { line: "?", reason: wrong.message } }] }] });
    const verdict = await tongban.checkAgainst(text, earlier, given, list, new Date(), tell).catch(tripped);
    if (own !== turn) return;
    if (!verdict.edition) told.splice(0, told.length, ...verdict.steps);
    last = verdict;
    named = titles(verdict.edition);
    for (const step of told) steps.append(line(step, verdict.edition, named));
    const head = verdict.head || {};
    const facts = {
      county: head.county_name ? head.county_name[language] || head.county : "",
      period: head.period,
      edition: head.edition,
      why: head.why || "",
      seconds: ((performance.now() - began) / 1000).toFixed(1),
    };
    const listed = verdict.steps.find((step) => step.name === "newest");
    const sort = tongban.sort(verdict.steps);
    if (listed && "at" in listed.facts) facts.at = at(listed.facts.at);
    summary(KINDS[sort] || "wrong", filled(words[sort === "true" && !listed.taken ? "true_unlisted" : sort], facts));
    figures(verdict);
    if (part("mine").receipt) mine();
  };

  const fetched = async (address) => {
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    return textOf(await answer.arrayBuffer());
  };

  // What is checked from now on: a text, once it is there. Whoever chose something else meanwhile sees that.
  const take = async (text, failed) => {
    const own = clear();
    current = "";
    summary("running", words.fetching);
    try {
      const found = await text;
      if (own !== turn) return;
      current = found;
    } catch (wrong) {
      if (own === turn) summary("wrong", failed(wrong));
      return;
    }
    await run();
  };
  const taken = (file) => {
    if (file) return take(file.arrayBuffer().then(textOf), () => words.not_text);
    current = "";
    clear();
  };
  // The page of a site knows its own list; the page from a file does not, and has only what it is given.
  const siteList = async () => {
    if (!root.dataset.list) return "";
    try {
      return await fetched(root.dataset.list);
    } catch {
      return "";
    }
  };

  part("file").addEventListener("click", (event) => {
    event.target.value = ""; // so that the same file can be chosen again
  });
  part("file").addEventListener("change", (event) => taken(event.target.files[0]));
  for (const name of ["list", "older"]) part(name).addEventListener("change", run);
  let waiting = 0;
  part("keys").addEventListener("input", () => {
    clear();
    clearTimeout(waiting);
    waiting = setTimeout(run, 300);
  });
  part("receipt").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    part("mine").receipt = null;
    try {
      part("mine").receipt = file ? JSON.parse(await file.text()) : null;
      mine();
    } catch {
      part("mine").receipt = null;
      part("mine").textContent = words.mine.none_such;
    }
  });
  for (const kind of ["dragover", "drop"])
    root.addEventListener(kind, (event) => {
      event.preventDefault();
      if (kind === "drop" && event.dataTransfer.files.length) taken(event.dataTransfer.files[0]);
    });
  for (const button of root.querySelectorAll("[data-edition]"))
    button.addEventListener("click", () => {
      part("file").value = "";
      take(fetched(button.dataset.edition), () => filled(words.not_fetched, { reason: words.reasons.fetch }));
    });
  const without = document.getElementById("check-script");
  if (without) without.hidden = true;
  root.hidden = false;
})();
