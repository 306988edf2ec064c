// Conveniences of the desk; every page works without them.
(function () {
  "use strict";
  document.documentElement.classList.add("scripted");

  function ready(part) {
    part.querySelectorAll(".narrow-list[hidden]").forEach(function (p) { p.hidden = false; });
  }
  ready(document);
  var first = document.querySelector("form[data-write] textarea, form[data-write] input:not([type=hidden])");
  if (first && !document.getElementById("faults")) first.focus();

  // A key that belongs to a step leads into its form: to the first thing to fill in, else to its button.
  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-into]");
    if (!opener) return;
    if (opener.tagName === "A") event.preventDefault();
    setTimeout(function () {
      var box = document.getElementById(opener.dataset.into);
      if (!box || (box.tagName === "DETAILS" && !box.open)) return;
      var into = box.querySelector("form input:not([type=hidden]), form textarea, form select") || box.querySelector("form .button");
      if (into) { into.focus(); box.scrollIntoView({ block: "nearest" }); }
    }, 0);
  });

  document.addEventListener("keydown", function (event) {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      var form = event.target.closest("form");
      var button = form && form.querySelector(".actions .button");
      if (button) { button.click(); event.preventDefault(); }
    } else if (event.key === "Escape" && event.target.closest("input, textarea, select")) {
      event.target.blur();
    } else if (event.altKey && /^Digit[1-9]$/.test(event.code)) {
      var inside = event.target.closest("form") || document;
      var offers = inside.querySelectorAll(".offers [data-fill]");
      var offer = (offers.length ? offers : document.querySelectorAll(".offers [data-fill]"))[Number(event.code.slice(5)) - 1];
      if (offer) { offer.click(); event.preventDefault(); }
    }
  });

  // A number told in the words: masked there, by whoever presses for it.
  document.addEventListener("click", function (event) {
    var act = event.target.closest("[data-hide]"), words = act && document.getElementById(act.dataset.from);
    if (!words) return;
    words.value = words.value.split(act.dataset.hide).join(act.dataset.masked);
    words.dispatchEvent(new Event("input", { bubbles: true }));
  });

  // What is offered is taken by a click; a suggested value that nobody touched follows the words typed.
  function fill(id, value, own) {
    var field = document.getElementById(id);
    if (!field) return false;
    field.value = value;
    if (own) field.dataset.own = "1"; else field.dataset.suggested = "1";
    field.dispatchEvent(new Event("change", { bubbles: true }));
    return true;
  }
  // On a case the button to send is next: one key takes the offer, Enter sends it.
  document.addEventListener("click", function (event) {
    var offer = event.target.closest("[data-fill]");
    if (!offer || !fill(offer.dataset.fill, offer.dataset.value, true)) return;
    event.preventDefault();
    var step = offer.closest(".step-offer");
    (step && step.closest("form").querySelector(".actions .button") || document.getElementById(offer.dataset.fill)).focus();
  });
  document.addEventListener("keydown", function (event) {
    var offer = (event.key === " " || event.key === "Enter") && event.target.closest("[data-fill][role=button]");
    if (offer) { offer.click(); event.preventDefault(); }
  });
  document.addEventListener("change", function (event) {
    document.querySelectorAll('.offers [data-fill="' + CSS.escape(event.target.id) + '"]').forEach(function (offer) {
      offer.closest("li").classList.toggle("taken", offer.dataset.value === event.target.value);
    });
    // An offer that repeats another field of the form says what stands there now.
    document.querySelectorAll('[data-follows="' + CSS.escape(event.target.id) + '"]').forEach(function (offer) {
      var now = event.target.value.trim();
      if (!now || now === offer.dataset.value) return;
      offer.textContent = offer.textContent.replace(offer.dataset.value, function () { return now; });
      offer.dataset.value = now;
    });
  });
  document.addEventListener("input", function (event) {
    if (event.isTrusted && event.target.dataset && event.target.hasAttribute("data-pick")) event.target.dataset.own = "1";
    var narrow = event.target.closest("[data-narrow]");
    if (!narrow) return;
    var words = narrow.value.trim().toLowerCase();
    narrow.closest("fieldset").querySelectorAll(".choices label").forEach(function (label) {
      label.hidden = words !== "" && label.textContent.toLowerCase().indexOf(words) < 0 && !label.querySelector("input").checked;
    });
  });
  // A long list shows all of itself again when its box is entered.
  document.addEventListener("focusin", function (event) { if (event.target.hasAttribute && event.target.hasAttribute("data-pick")) event.target.select(); });

  document.addEventListener("htmx:afterSwap", function (event) {
    var part = event.detail.target.isConnected ? event.detail.target : document;
    ready(document);
    part.querySelectorAll("[data-auto]").forEach(function (auto) {
      var field = document.getElementById(auto.dataset.auto);
      if (field && !field.dataset.own && (!field.value || field.dataset.suggested) && field.value !== auto.dataset.value) fill(auto.dataset.auto, auto.dataset.value, false);
    });
    if (event.detail.target.id !== "content" && event.detail.elt.id !== "content") return;
    document.querySelectorAll("[data-print][hidden]").forEach(function (b) { b.hidden = false; b.addEventListener("click", function () { window.print(); }); });
    var search = event.detail.requestConfig && event.detail.requestConfig.verb === "get";
    if (search) return;
    var told = document.getElementById("faults") || document.querySelector("#content > .note");
    window.scrollTo(0, 0);
    if (told) { if (!told.hasAttribute("tabindex")) told.tabIndex = -1; told.focus({ preventScroll: told.id !== "faults" }); }
  });
})();
