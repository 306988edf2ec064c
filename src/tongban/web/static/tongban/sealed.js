// What somebody who is signed in wrote and has not sent lies sealed on this machine, under the key that only their own pages bring along
// (the outbox's): once the session has ended nobody reads it here but its writer, signed in again. Asked for by page.js.
(function () {
  "use strict";
  if (!window.crypto || !crypto.subtle) return;
  var own = null;
  function key() {
    return own = own || crypto.subtle.importKey("raw", bytes(document.getElementById("outbox").dataset.key), "AES-GCM", false, ["encrypt", "decrypt"]);
  }
  function bytes(text) { return Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); }); }
  function text(buffer) { return btoa(Array.from(new Uint8Array(buffer), function (b) { return String.fromCharCode(b); }).join("")); }
  window.sealing = {
    seal: function (values) {
      var iv = crypto.getRandomValues(new Uint8Array(12));
      return key().then(function (mine) {
        return crypto.subtle.encrypt({ name: "AES-GCM", iv: iv }, mine, new TextEncoder().encode(JSON.stringify(values)));
      }).then(function (sealed) { return { iv: text(iv), sealed: text(sealed) }; });
    },
    open: function (kept) {
      return key().then(function (mine) {
        return crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(kept.iv) }, mine, bytes(kept.sealed));
      }).then(function (plain) { return JSON.parse(new TextDecoder().decode(plain)); }, function () { return {}; });
    }
  };
})();
