// Fields with a register behind them become comboboxes (WAI-ARIA: editable, list autocomplete). Enter takes the
// highlighted choice and never sends the form; words that fit one choice alone are that choice when the field is left.
// Without scripts the browser's own list stands in, and the server judges the words.
(function () {
  "use strict";
  var MOST = 60, lists = {}, open = null;

  // A select with many places becomes such a field: typed into, or opened level by level. What is sent is the name.
  function upgrade(select) {
    var input = document.createElement("input"), list = document.createElement("datalist"), chosen = select.selectedOptions[0];
    list.id = select.id + "-list";
    Array.from(select.options).forEach(function (o) {
      if (!o.value) return;
      var option = document.createElement("option");
      option.value = o.dataset.label || o.textContent; list.append(option);
    });
    ["id", "name", "aria-describedby", "aria-invalid", "aria-required"].forEach(function (name) {
      if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
    });
    ["none", "count", "more"].forEach(function (name) { input.dataset[name] = select.dataset[name]; });
    input.value = chosen && chosen.value ? chosen.dataset.label : select.dataset.value || "";
    input.type = "text"; input.autocomplete = "off"; input.spellcheck = false; input.placeholder = select.dataset.placeholder;
    input.dataset.pick = input.dataset.levels = ""; input.setAttribute("list", list.id);
    select.replaceWith(input); input.after(list);
    dress(input);
  }

  function choices(input) {
    var name = input.dataset.from;
    var source = document.getElementById(name);
    if (!source) return [];
    if (!lists[name] || lists[name].source !== source) {
      lists[name] = { source: source, options: Array.from(source.options, function (o) { return { label: o.value, low: o.value.toLowerCase() }; }) };
    }
    return lists[name].options;
  }

  function fits(input, text) {
    var within = "levels" in input.dataset && (!text || known(input)) ? under(input, text) : [];
    if (within.length) return within;
    var words = text.toLowerCase().replace(/[\/·]/g, " ").split(/\s+/).filter(Boolean);
    if (!words.length) return choices(input);
    var found = choices(input).filter(function (o) { return words.every(function (w) { return o.low.indexOf(w) >= 0; }); });
    if (!found.length) return choices(input).filter(function (o) { return shortFor(words.join(""), leaf(o.low)); });
    return found.map(function (o, n) { return [off(leaf(o.low), words), n, o]; }).sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; }).map(function (r) { return r[2]; });
  }

  // How far a name is off from what was typed: it is that, begins with it, has it in it, or only what it lies in has.
  function off(name, words) {
    if (name === words.join("")) return 0;
    if (name.indexOf(words[words.length - 1]) === 0) return 1;
    return words.every(function (w) { return name.indexOf(w) >= 0; }) ? 2 : 3;
  }

  // What lies right within a choice, itself first; within nothing, the widest choices.
  function under(input, text) {
    var all = choices(input), wide = all.filter(function (o) { return leaf(o.label) === o.label; });
    if (!text) return wide;
    var inside = all.filter(function (o) { return o.label.indexOf(text + " · ") === 0; });
    return inside.length ? all.filter(function (o) { return o.label === text; }).concat(inside) : [];
  }

  // A name as it is shortened in talk: its characters stand in the full one, in their order. Not for names that are spelled.
  function shortFor(text, name) {
    var at = -1;
    return text.length > 2 && !/[!-~]/.test(text) && Array.from(text).every(function (c) { at = name.indexOf(c, at + 1); return at >= 0; });
  }

  function leaf(label) { return label.split(/ [\/·] /).pop(); }
  function known(input) { return choices(input).some(function (o) { return o.label === input.value; }); }

  function dress(input) {
    if (input.dataset.from) return;
    input.dataset.from = input.getAttribute("list");
    input.removeAttribute("list");
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-haspopup", "listbox");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", input.id + "-choices");
    var told = document.createElement("span");
    told.className = "hidden-words"; told.id = input.id + "-told"; told.setAttribute("role", "status");
    input.after(told);
  }

  function show(input, text, highlight) {
    hide();
    var found = fits(input, text), list = document.createElement("ul");
    list.id = input.id + "-choices"; list.className = "combo"; list.setAttribute("role", "listbox");
    var label = document.querySelector('label[for="' + CSS.escape(input.id) + '"]');
    if (label) list.setAttribute("aria-label", label.textContent.trim());
    found.slice(0, MOST).forEach(function (o, n) {
      var item = document.createElement("li"), name = document.createElement("span"), above = o.label.slice(0, o.label.length - leaf(o.label).length);
      item.id = list.id + "-" + n; item.setAttribute("role", "option"); item.setAttribute("aria-selected", "false"); item.dataset.label = o.label;
      name.textContent = leaf(o.label); item.append(name);
      if (above) { var path = document.createElement("span"); path.className = "soft small"; path.textContent = above.replace(/ [\/·] $/, ""); item.append(path); }
      list.append(item);
    });
    var rest = document.createElement("li");
    rest.setAttribute("role", "presentation"); rest.className = "soft small rest";
    rest.textContent = !found.length ? input.dataset.none : found.length > MOST ? input.dataset.more.replace("{n}", found.length - MOST) : "";
    if (rest.textContent) list.append(rest);
    input.nextElementSibling.textContent = found.length ? input.dataset.count.replace("{n}", found.length) : input.dataset.none;
    input.closest(".field").append(list);
    list.style.top = input.offsetTop + input.offsetHeight + "px";
    input.setAttribute("aria-expanded", "true");
    open = { input: input, list: list, at: -1, text: text };
    list.scrollIntoView({ block: "nearest" });
    if (highlight && found.length) move(0);
  }

  function hide() {
    if (!open) return;
    open.list.remove();
    open.input.setAttribute("aria-expanded", "false");
    open.input.removeAttribute("aria-activedescendant");
    open = null;
  }

  function items() { return open.list.querySelectorAll("[role=option]"); }
  function move(to) {
    var all = items();
    if (!all.length) return;
    if (open.at >= 0) all[open.at].setAttribute("aria-selected", "false");
    open.at = (to + all.length) % all.length;
    all[open.at].setAttribute("aria-selected", "true");
    all[open.at].scrollIntoView({ block: "nearest" });
    open.input.setAttribute("aria-activedescendant", all[open.at].id);
  }

  // ``deeper``: a finger chose; what lies within the choice is shown next, unless it is there already.
  function take(input, label, deeper) {
    deeper = deeper && "levels" in input.dataset && open.text !== label && under(input, label).length;
    hide();
    input.value = label;
    input.dataset.own = "1";
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
    if (deeper) show(input, label, false);
  }

  function pick(target) { return target.closest && target.closest("input[data-pick]"); }

  document.querySelectorAll("select[data-search]").forEach(upgrade);
  document.addEventListener("focusin", function (event) { var input = pick(event.target); if (input) dress(input); });
  document.addEventListener("input", function (event) {
    var input = pick(event.target);
    if (input && event.isTrusted) { dress(input); if (input.value.trim()) show(input, input.value, true); else hide(); }
  });
  document.addEventListener("click", function (event) {
    var input = pick(event.target);
    if (input && (!open || open.input !== input)) { show(input, known(input) ? "" : input.value, false); if (known(input)) input.select(); }
  });
  // A list that stands in the page takes its room along when it goes: not while something below it is being pressed.
  var down = false, after = null;
  function leave(input) {
    if (open && open.input === input) hide();
    if (!input.value.trim() || known(input)) return;
    var found = fits(input, input.value);
    if (found.length === 1) take(input, found[0].label);
  }
  document.addEventListener("mousedown", function () { down = true; }, true);
  document.addEventListener("mouseup", function () {
    setTimeout(function () { down = false; if (after) after(); after = null; }, 0);
  }, true);
  document.addEventListener("submit", function () { if (after) after(); after = null; }, true);
  document.addEventListener("focusout", function (event) {
    var input = pick(event.target);
    if (!input) return;
    if (down) after = leave.bind(null, input); else leave(input);
  });
  document.addEventListener("mousedown", function (event) {
    var item = open && event.target.closest(".combo");
    if (!item) return;
    event.preventDefault();
    var chosen = event.target.closest("[role=option]");
    if (chosen) take(open.input, chosen.dataset.label, true);
  });
  // Before every other listener: what a key does in the list is nobody else's business.
  document.addEventListener("keydown", function (event) {
    var input = pick(event.target);
    if (!input || event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    var shown = open && open.input === input;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!shown) show(input, known(input) ? "" : input.value, false);
      move(event.key === "ArrowDown" ? open.at + 1 : open.at < 0 ? -1 : open.at - 1);
    } else if (event.key === "Enter") {
      if (shown && open.at >= 0) take(input, items()[open.at].dataset.label);
      else if (!shown && input.value.trim() && !known(input)) show(input, input.value, true);
    } else if (event.key === "Escape" && shown) hide();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }, true);
})();
