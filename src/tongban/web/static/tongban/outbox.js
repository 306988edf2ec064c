// What was sent while the connection was gone: kept on this machine for whoever wrote it, sent by itself when the connection is
// back. The form's own key makes a second sending harmless. Without scripts nothing changes.
(function () {
  "use strict";
  var box = document.getElementById("outbox");
  if (!box || !window.indexedDB || !window.fetch || !window.Response) return;
  var words = box.dataset, NAME = "tongban-outbox", AGAIN = 20000, waiting = [], said = "";

  // Kept under a key that only this person's pages bring along, where the browser can encipher (it can wherever a page comes safely).
  var cipher = window.crypto && crypto.subtle ? crypto.subtle.importKey("raw", bytes(words.key), "AES-GCM", false, ["encrypt", "decrypt"]) : Promise.resolve(null);
  function bytes(text) { return Uint8Array.from(atob(text), function (c) { return c.charCodeAt(0); }); }

  function store(mode, act) {
    return new Promise(function (done, fail) {
      var asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = function () { asked.result.createObjectStore("entries", { keyPath: "id" }); };
      asked.onerror = function () { fail(asked.error); };
      asked.onsuccess = function () {
        var base = asked.result, work = base.transaction("entries", mode), found = act(work.objectStore("entries"));
        work.oncomplete = function () { base.close(); done(found.result); };
        work.onerror = work.onabort = function () { base.close(); fail(work.error); };
      };
    });
  }
  function put(entry) { return store("readwrite", function (s) { return s.put(entry); }); }
  function drop(entry) { return store("readwrite", function (s) { return s.delete(entry.id); }); }
  function mine() {
    return store("readonly", function (s) { return s.getAll(); }).then(function (all) {
      return all.filter(function (e) { return e.person === words.person; }).sort(function (a, b) { return a.at - b.at; });
    });
  }

  // The whole entry, its files too, as the bytes that a browser would send.
  function keep(form, address) {
    var whole = new Response(new FormData(form)), key = form.elements._key;
    var entry = { id: words.person + " " + (key ? key.value : address), person: words.person, url: address, at: Date.now(), type: whole.headers.get("Content-Type") };
    return Promise.all([whole.arrayBuffer(), cipher]).then(function (got) {
      if (!got[1]) { entry.body = got[0]; return put(entry); }
      entry.iv = crypto.getRandomValues(new Uint8Array(12));
      return crypto.subtle.encrypt({ name: "AES-GCM", iv: entry.iv }, got[1], got[0]).then(function (body) { entry.body = body; return put(entry); });
    }).then(function () {
      if (form.dataset.keep) localStorage.removeItem("keep:" + form.dataset.keep); // it waits here now, and not also as a draft
      said = "";
      return show();
    }, function () { said = words.full; draw(); });
  }
  function opened(entry) {
    return cipher.then(function (key) {
      return entry.iv ? crypto.subtle.decrypt({ name: "AES-GCM", iv: entry.iv }, key, entry.body) : entry.body;
    }).then(function (body) {
      return new Response(body, { headers: { "Content-Type": entry.type } }).formData();
    }).then(function (data) { data.set("csrfmiddlewaretoken", token()); return data; });
  }
  function token() { return JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || ""; }

  // One after the other; what cannot be sent now holds back the later ones, which may rest on it.
  var busy = false;
  function sendAll() {
    if (busy || !waiting.length) return Promise.resolve();
    busy = true;
    function all() {
      return mine().then(function (list) {
        return list.filter(function (e) { return !e.refused; }).reduce(function (before, entry) {
          return before.then(function (on) { return on && send(entry); });
        }, Promise.resolve(true));
      });
    }
    var alone = navigator.locks ? navigator.locks.request(NAME, { ifAvailable: true }, function (lock) { return lock && all(); }) : all();
    return alone.catch(function () { return false; }).then(function () { busy = false; return show(); });
  }
  function send(entry) {
    return opened(entry).then(function (data) {
      return fetch(entry.url, { method: "POST", body: data, credentials: "same-origin" });
    }).then(function (answer) {
      if (answer.status === 401 || answer.headers.has("X-Form-Expired")) { said = words.signIn; return false; }
      if (answer.status >= 500 || answer.status === 429) return false;
      return answer.text().then(function (page) { return answered(entry, answer, page); });
    }, function () { return false; });
  }
  // The answer is shown where its case is open; elsewhere it is told, and a refusal waits until somebody looks at it. So does a page
  // that is closed to its reader, wherever it came.
  function answered(entry, answer, page) {
    var here = answer.status !== 403 && location.pathname === entry.url.replace(/steps\/[^/]*\/$/, "");
    if (answer.ok || here) {
      return drop(entry).then(function () {
        said = answer.ok ? words.sent : "";
        if (here) swap(page);
        return true;
      });
    }
    entry.refused = true;
    return put(entry).then(function () { return true; });
  }
  function swap(page) {
    var fresh = new DOMParser().parseFromString(page, "text/html").getElementById("content"), old = document.getElementById("content");
    if (!fresh || !old) { location.reload(); return; }
    old.replaceWith(document.adoptNode(fresh));
    if (window.htmx) htmx.process(fresh);
    var told = document.getElementById("faults") || fresh.querySelector(".note");
    if (told) { told.tabIndex = -1; told.focus(); }
  }
  // A refusal is looked at by sending the same once more, the plain way: the same answer comes, with all that was entered.
  function look(entry) {
    opened(entry).then(function (data) {
      var form = document.createElement("form");
      form.method = "post"; form.action = entry.url; form.enctype = "multipart/form-data"; form.hidden = true;
      data.forEach(function (value, name) {
        var field = document.createElement("input");
        field.name = name;
        if (typeof value === "string") field.value = value;
        else if (value.size) { var held = new DataTransfer(); held.items.add(value); field.type = "file"; field.files = held.files; }
        else return;
        form.append(field);
      });
      document.body.append(form);
      return drop(entry).then(function () { form.submit(); });
    });
  }

  function show() { return mine().then(function (list) { waiting = list; draw(); }, function () { /* no store, nothing kept */ }); }
  function draw() {
    var unsent = waiting.filter(function (e) { return !e.refused; }), refused = waiting.filter(function (e) { return e.refused; });
    box.hidden = !waiting.length && !said;
    box.querySelector("[data-count]").textContent = unsent.length ? words.unsent.replace("{n}", unsent.length) : "";
    box.querySelector("[data-said]").textContent = said;
    box.querySelector("[data-now]").hidden = !unsent.length;
    var list = box.querySelector("ul");
    list.replaceChildren.apply(list, refused.map(function (entry) {
      var line = document.createElement("li"), act = document.createElement("button");
      act.type = "button"; act.className = "button quiet small"; act.textContent = words.look;
      act.addEventListener("click", function () { look(entry); });
      line.append(words.refused + " ", act);
      return line;
    }));
  }

  document.addEventListener("htmx:sendError", function (event) {
    var form = event.detail.elt;
    if (form.matches("form[data-send]")) keep(form, form.getAttribute("hx-post") || form.getAttribute("action"));
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (navigator.onLine || !form.matches("form[data-send]") || form.hasAttribute("hx-post")) return;
    event.preventDefault();
    keep(form, form.getAttribute("action") || location.pathname);
  });
  // Whoever leaves a computer that others use leaves nothing on it; what was not sent is not thrown away unasked.
  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (!form.matches("[data-leave]") || !waiting.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    var act = box.querySelector("[data-away]");
    said = words.leaving; act.hidden = false; draw(); box.focus();
    act.onclick = function () {
      Promise.all(waiting.map(drop)).then(function () { waiting = []; form.requestSubmit(); });
    };
  }, true);
  box.querySelector("[data-now]").addEventListener("click", sendAll);
  window.addEventListener("online", sendAll);
  setInterval(function () { if (navigator.onLine) sendAll(); }, AGAIN);
  show().then(sendAll);
})();
