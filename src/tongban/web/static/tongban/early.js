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
})();
