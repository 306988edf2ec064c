// Passkeys: asks the server what to sign, lets the device sign it, sends the answer as a form. The form shows where a device can.
(function () {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;

  function bytes(text) {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), function (c) { return c.charCodeAt(0); });
  }
  function text(buffer) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }
  function keys(list) {
    return (list || []).map(function (each) { return { type: each.type, id: bytes(each.id), transports: each.transports || undefined }; });
  }
  function told(found) {
    var said = found.response, answer = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (said[name]) answer[name] = text(said[name]);
    });
    return JSON.stringify({ id: found.id, rawId: text(found.rawId), type: found.type, response: answer, clientExtensionResults: {} });
  }
  function failed(form) {
    var said = form.querySelector(".fault") || form.insertBefore(document.createElement("p"), form.lastElementChild);
    said.className = "fault"; said.setAttribute("role", "alert"); said.textContent = form.dataset.failed;
  }
  document.querySelectorAll("form[data-passkey]").forEach(function (form) {
    form.hidden = false;
    form.addEventListener("submit", function (event) {
      event.preventDefault();
      fetch(form.dataset.ask, { method: "POST", credentials: "same-origin", headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value } })
        .then(function (got) { if (!got.ok) throw new Error(); return got.json(); })
        .then(function (asked) {
          asked.challenge = bytes(asked.challenge);
          if (form.dataset.passkey === "new") {
            asked.user.id = bytes(asked.user.id);
            asked.excludeCredentials = keys(asked.excludeCredentials);
            return navigator.credentials.create({ publicKey: asked });
          }
          asked.allowCredentials = keys(asked.allowCredentials);
          return navigator.credentials.get({ publicKey: asked });
        })
        .then(function (found) { form.elements.answer.value = told(found); form.submit(); })
        .catch(function () { failed(form); });
    });
  });
})();
