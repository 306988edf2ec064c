// Keys that are pressed before the page's own script is there wait for it.
(function () {
  "use strict";
  function hold(event) { window.earlyKeys.push(event); }
  window.earlyKeys = [];
  document.addEventListener("keydown", hold);
  window.keysReady = function (act) {
    document.removeEventListener("keydown", hold);
    window.earlyKeys.splice(0).forEach(act);
  };

  // The keys of the page, over it.
  window.showKeys = function () {
    var keys = document.getElementById("keys"), over = document.getElementById("keys-over");
    if (over) { over.close(); return; }
    if (!keys) return;
    over = document.createElement("dialog");
    over.id = "keys-over"; over.className = "keys-over";
    var title = document.createElement("h2"), shut = document.createElement("button");
    title.id = "keys-title"; title.textContent = keys.querySelector("summary").firstChild.textContent.trim();
    over.setAttribute("aria-labelledby", title.id);
    shut.type = "button"; shut.className = "button quiet small"; shut.textContent = keys.dataset.close;
    shut.addEventListener("click", function () { over.close(); });
    over.addEventListener("click", function (event) { if (event.target === over) over.close(); });
    over.addEventListener("close", function () { over.remove(); });
    over.append(title, keys.querySelector("dl").cloneNode(true), shut);
    document.body.append(over);
    over.showModal();
  };
})();
