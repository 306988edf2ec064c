// Small conveniences; every page works without them.
(function () {
  "use strict";

  // Where one is, in a row wider than a phone.
  var part = document.querySelector(".masthead nav [aria-current]");
  var beyond = part ? part.offsetLeft + part.offsetWidth - part.parentElement.offsetLeft - part.parentElement.clientWidth + 40 : 0;
  if (beyond > 0) part.parentElement.scrollLeft = beyond;

  // On a phone groups begin folded, but the one that was asked for.
  function unfold() {
    var to = location.hash && document.getElementById(location.hash.slice(1)), fold = to && to.closest("details[data-fold]");
    if (fold && !fold.open) { fold.open = true; to.scrollIntoView(); }
  }
  if (window.matchMedia("(max-width: 40rem)").matches) {
    document.querySelectorAll("details[data-fold]").forEach(function (fold) { fold.open = false; document.documentElement.classList.add("folds"); });
    unfold();
    window.addEventListener("hashchange", unfold);
  }

  // j/k move, Enter opens, / searches, ? shows the keys.
  function rows() { return Array.from(document.querySelectorAll("[data-row]")); }
  function select(row) {
    rows().forEach(function (r) { r.removeAttribute("aria-selected"); });
    row.setAttribute("aria-selected", "true");
    row.scrollIntoView({ block: "nearest" });
    var own = row.querySelector("a[href]");
    if (own) own.focus({ preventScroll: true });
  }
  function pressed(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (document.getElementById("keys-over") && event.key !== "?") return;
    var list = rows(), here = document.querySelector('[data-row][aria-selected="true"]');
    var at = list.indexOf(here);
    if (event.key === "j" && list.length) { select(list[Math.min(at + 1, list.length - 1)]); event.preventDefault(); }
    else if (event.key === "k" && list.length) { select(list[Math.max(at - 1, 0)]); event.preventDefault(); }
    else if (event.key === "Enter" && here && event.target === document.body) { var link = here.querySelector("a[href]"); if (link) link.click(); }
    else if (event.key === "/") { var box = document.querySelector("[data-search]"); if (box) { box.focus(); event.preventDefault(); } }
    else if (event.key === "?" && window.showKeys) { window.showKeys(); event.preventDefault(); }
    else {
      var target = document.querySelector('[data-key="' + CSS.escape(event.key) + '"]');
      if (target) { target.focus(); target.click(); event.preventDefault(); }
    }
  }
  document.addEventListener("keydown", pressed);
  if (window.keysReady) window.keysReady(pressed);

  // What was typed stays until a page says that it was taken.
  function each(act) {
    Object.keys(localStorage).forEach(function (name) { if (name.indexOf("keep:") === 0) act(name, held(name)); });
  }
  function held(name) {
    try { return JSON.parse(localStorage.getItem(name)) || {}; } catch (_) { return {}; }
  }
  function hold(name, what) {
    try { localStorage.setItem(name, JSON.stringify(what)); } catch (_) { /* full or forbidden: it still stands on the page */ }
  }
  if (window.localStorage) document.querySelectorAll("[data-taken]").forEach(function (mark) {
    each(function (name, kept) { if (kept.sent === mark.dataset.taken) localStorage.removeItem(name); });
  });
  // Of whoever is signed in it lies sealed, see sealed.js.
  var form = document.querySelector("form[data-keep]"), sealing = window.sealing, turn = 0, key = "", sent = "";
  function keep() {
    var mine = ++turn;
    if (!sealing) hold(key, { values: values(form) });
    else sealing.seal(values(form)).then(function (kept) { kept.sent = sent; if (mine === turn) hold(key, kept); });
  }
  if (form && window.localStorage) {
    key = "keep:" + form.dataset.keep;
    var before = held(key);
    (before.sealed && sealing ? sealing.open(before) : Promise.resolve(before.values || {})).then(restore);
    form.addEventListener("input", function () { sent = ""; keep(); });
    form.addEventListener("submit", function () {
      if (!localStorage.getItem(key)) return;
      var kept = held(key);
      sent = kept.sent = form.elements._key ? form.elements._key.value : "";
      hold(key, kept);
    });
  }
  function restore(kept) {
    var back = [];
    typed(form).forEach(function (f) {
      var told = kept[f.name];
      if (!told) return;
      if (f.type === "radio" || f.type === "checkbox") {
        var group = form.querySelectorAll('[name="' + CSS.escape(f.name) + '"]:checked');
        if (told.indexOf(f.value) < 0 || f.checked || (f.type === "radio" && group.length)) return;
        f.checked = true;
      } else {
        if (f.value) return;
        f.value = told[0];
        if (!f.value && f.tagName === "SELECT") f.dataset.value = told[0]; // becomes a field with words, see combo.js
        else if (!f.value) return;
      }
      back.push(f);
    });
    back.forEach(function (f) { f.dispatchEvent(new Event("change", { bubbles: true })); });
    var told = document.querySelector("[data-kept]");
    if (told && back.length) {
      told.hidden = false;
      told.querySelector("button").addEventListener("click", function () {
        back.forEach(function (f) {
          if (f.type === "radio" || f.type === "checkbox") f.checked = false; else form.elements[f.name].value = "";
          f.dispatchEvent(new Event("change", { bubbles: true }));
        });
        turn++;
        localStorage.removeItem(key);
        told.hidden = true;
        back[0].focus();
      });
    }
  }
  // No telephone numbers, files, own fields.
  function typed(form) {
    return Array.from(form.elements).filter(function (f) {
      return f.name && f.name[0] !== "_" && (/^(TEXTAREA|SELECT)$/.test(f.tagName) || /^(text|number|date|radio|checkbox)$/.test(f.type));
    });
  }
  function values(form) {
    var found = {};
    typed(form).forEach(function (f) {
      if (!f.value || ((f.type === "radio" || f.type === "checkbox") && !f.checked)) return;
      (found[f.name] = found[f.name] || []).push(f.value);
    });
    return found;
  }
  // Whoever signs out leaves nothing.
  document.addEventListener("submit", function (event) {
    if (!event.target.matches("[data-leave]") || !window.localStorage) return;
    turn++;
    each(function (name) { localStorage.removeItem(name); });
  });
  document.querySelectorAll("[data-forget]").forEach(function (mark) {
    if (window.localStorage) localStorage.removeItem("keep:" + mark.dataset.forget);
  });

  // How much room is left, when it gets short.
  function count(box) {
    if (!box.dataset || !box.dataset.longest) return;
    var left = Number(box.dataset.longest) - Array.from(box.value).length;
    var line = box.nextElementSibling;
    if (!line || !line.classList.contains("count")) {
      line = document.createElement("p"); line.className = "help count"; line.setAttribute("aria-live", "polite");
      box.after(line);
    }
    line.classList.toggle("over", left < 0);
    line.textContent = left < 0 ? box.dataset.over.replace("{n}", -left) : left < box.dataset.longest / 5 ? box.dataset.left.replace("{n}", left) : "";
  }
  document.addEventListener("input", function (event) { count(event.target); });
  document.querySelectorAll("[data-longest]").forEach(count);

  // Which files were chosen.
  document.addEventListener("change", function (event) {
    var names = event.target.type === "file" && event.target.parentElement.querySelector(".file-names");
    if (!names) return;
    names.dataset.none = names.dataset.none || names.textContent;
    var chosen = Array.from(event.target.files, function (f) { return f.name; });
    names.textContent = chosen.join(document.documentElement.lang === "en" ? ", " : "、") || names.dataset.none;
    names.classList.toggle("chosen", chosen.length > 0);
  });

  // A button is pressed once; the key on the server holds anyway.
  document.addEventListener("submit", function (event) {
    var button = event.submitter;
    if (!button) return;
    setTimeout(function () { button.disabled = true; }, 0);
    setTimeout(function () { button.disabled = false; }, 8000);
  });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form button[disabled]:not([data-off])").forEach(function (b) { b.disabled = false; });
  });

  // Faults are read first.
  var faults = document.getElementById("faults");
  if (faults) faults.focus();

  document.querySelectorAll("[data-print]").forEach(function (b) { b.hidden = false; b.addEventListener("click", function () { window.print(); }); });
})();
