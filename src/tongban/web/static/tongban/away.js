// A page that stands open when nobody is there is put away, as the session behind it ends: whoever passes by reads nothing. Where something
// was being written it is only hidden, and comes back to whoever is signed in again.
(function () {
  "use strict";
  var page = document.getElementById("away-page");
  if (!page) return;
  var LOOKS = 15000, LEFT = "left", after = Number(page.dataset.after) * 1000, seen = Date.now(), title = document.title;
  var card = null, written = "written" in page.dataset, hidden = [];

  function here() { if (!card) seen = Date.now(); }
  ["keydown", "pointerdown", "scroll", "htmx:afterRequest"].forEach(function (name) { document.addEventListener(name, here, { capture: true, passive: true }); });
  document.addEventListener("input", function () { written = true; });

  function away() {
    if (card) return;
    var others = Array.from(document.body.children).filter(function (part) { return part !== page && !part.hidden; });
    document.querySelectorAll("dialog[open]").forEach(function (over) { over.close(); });
    if (written) { others.forEach(function (part) { part.hidden = true; }); hidden = others; }
    else others.forEach(function (part) { part.remove(); });
    card = page.content.firstElementChild.cloneNode(true);
    document.title = card.querySelector("h1").textContent;
    card.querySelector("button").addEventListener("click", on);
    document.body.append(card);
    card.querySelector("button").focus();
  }
  function look() { if (Date.now() - seen >= after) away(); }
  setInterval(look, LOOKS);
  document.addEventListener("visibilitychange", look);

  // Signed out in another window: what this one shows was theirs, too.
  document.addEventListener("submit", function (event) {
    if (event.target.matches("[data-leave]")) try { localStorage.setItem(LEFT, String(Date.now())); } catch (_) { /* this window goes anyway */ }
  });
  window.addEventListener("storage", function (event) { if (event.key === LEFT && event.newValue) away(); });
  // Gone back to after a sign-out: a page out of the browser's memory asks whether it may still be seen.
  window.addEventListener("pageshow", function (event) { if (event.persisted) stands().then(function (yes) { if (!yes) away(); }); });

  // Whether the same person is in, not somebody else who signed in on the same machine meanwhile.
  function stands() {
    return fetch(page.dataset.at || location.href, { redirect: "manual", cache: "no-store" }).then(function (answer) {
      if (!answer.ok) return answer.status === 405 && !page.dataset.who;
      return answer.text().then(function (text) {
        var there = new DOMParser().parseFromString(text, "text/html").getElementById("away-page");
        return Boolean(there) && there.dataset.who === page.dataset.who;
      });
    }).catch(function () { return false; });
  }
  function on() {
    if (!written) { location.replace(location.pathname + location.search); return; }
    stands().then(function (yes) {
      card.querySelector("[data-again]").hidden = yes;
      if (!yes) return;
      card.remove();
      card = null;
      document.title = title;
      hidden.forEach(function (part) { part.hidden = false; });
      seen = Date.now();
    });
  }
})();
