// The ledger's mathematics in the reader's browser: bytes, signed notes, keys and the Merkle tree of RFC 9162, as in
// src/tongban/kernel/ledger. It needs noble.js (SHA-256 and Ed25519). Long texts are hashed by crypto.subtle where a browser has it: on plain
// addresses it has not, and noble does that too.

"use strict";

const ledger = (() => {
  const encoder = new TextEncoder();
  const bytes = (text) => encoder.encode(text);

  // ---- bytes -------------------------------------------------------------------------------------------------

  const joined = (...parts) => {
    const all = new Uint8Array(parts.reduce((n, part) => n + part.length, 0));
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  };
  const hex = (value) => Array.from(value, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const sha256 = (...parts) => noble.sha256(joined(...parts));
  // Of a long text. What crypto.subtle will not do (it may be there and refuse), noble does.
  const sha256OfText = async (text) => {
    const all = bytes(text);
    const own = globalThis.crypto && globalThis.crypto.subtle;
    const found = own ? await own.digest("SHA-256", all).catch(() => null) : null;
    return found ? new Uint8Array(found) : noble.sha256(all);
  };
  const same = (one, other) => one.length === other.length && one.every((byte, n) => byte === other[n]);

  const unhex = (text, length) => {
    if (typeof text !== "string" || text.length !== 2 * length || !/^[0-9a-f]*$/.test(text)) return null;
    return Uint8Array.from({ length }, (_, n) => parseInt(text.slice(2 * n, 2 * n + 2), 16));
  };
  const hashes = (texts) => {
    if (!Array.isArray(texts)) return null;
    const found = texts.map((text) => unhex(text, 32));
    return found.includes(null) ? null : found;
  };
  // The bytes of the one base64 that is written so; null for anything else.
  const unbase64 = (text) => {
    try {
      const raw = atob(text);
      return btoa(raw) === text ? Uint8Array.from(raw, (char) => char.charCodeAt(0)) : null;
    } catch {
      return null;
    }
  };

  // ---- signed notes, keys, the tree (RFC 9162) ---------------------------------------------------------------

  const plain = (line) => line !== "" && !/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(line);

  const readNote = (note) => {
    const gap = note.lastIndexOf("\n\n");
    if (gap < 1 || !note.endsWith("\n")) return null;
    const text = note.slice(0, gap + 1);
    if (!text.slice(0, -1).split("\n").every(plain)) return null;
    const signatures = [];
    for (const line of note.slice(gap + 2, -1).split("\n")) {
      const found = /^— ([!-*,-~]{1,100}) ([0-9A-Za-z+/]+={0,2})$/.exec(line);
      const value = found && unbase64(found[2]);
      if (!value || value.length <= 4) return null;
      signatures.push({ key: `${found[1]}+${hex(value.slice(0, 4))}`, value: value.slice(4) });
    }
    return { text, signatures };
  };

  const keyId = (name, key) => `${name}+${hex(sha256(bytes(`${name}\n`), Uint8Array.of(1), key)).slice(0, 8)}`;

  // A key as a county publishes it, "name+hash=base64"; null for one that was mistyped, or is another's.
  const readKey = (text) => {
    const at = text.indexOf("=");
    const id = text.slice(0, at).trim();
    const key = at > 0 ? unbase64(text.slice(at + 1).trim()) : null;
    const name = id.slice(0, id.lastIndexOf("+"));
    return key && key.length === 32 && keyId(name, key) === id ? { id, key } : null;
  };

  // "" when one of the keys signed the note, else the code of what is wrong.
  const signedBy = (note, keys) => {
    let signed = false;
    for (const { key, value } of note.signatures) {
      const known = keys.find((each) => each.id === key);
      if (!known) continue;
      let right = false;
      try {
        right = noble.verify(value, bytes(note.text), known.key);
      } catch {
        right = false;
      }
      if (!right) return { code: "ledger.signature_wrong", facts: { key } };
      signed = true;
    }
    return signed ? null : { code: "ledger.signature_unknown", facts: { keys: note.signatures.map((each) => each.key) } };
  };

  const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/;
  const readCheckpoint = (note) => {
    const opened = readNote(note);
    const found =
      opened &&
      /^tongban\.ledger\/([0-9A-Za-z._-]{1,64})\n(0|[1-9][0-9]{0,15})\n(\S+)\nat (\S+)\nprevious (0|[1-9][0-9]{0,15})\n$/.exec(
        opened.text,
      );
    const root = found && unbase64(found[3]);
    if (!root || root.length !== 32 || !INSTANT.test(found[4])) return null;
    return { note: opened, county: found[1], size: Number(found[2]), root, at: found[4] };
  };

  const node = (left, right) => sha256(Uint8Array.of(1), left, right);
  const odd = (n) => n % 2 === 1;
  const half = (n) => Math.floor(n / 2); // sizes may be longer than the 32 bits of >>

  const included = (leaf, index, size, path, root) => {
    if (!Number.isSafeInteger(index) || index < 0 || index >= size) return false;
    let [at, last] = [index, size - 1];
    let seen = sha256(Uint8Array.of(0), leaf);
    for (const part of path) {
      if (last === 0) return false;
      if (odd(at) || at === last) {
        seen = node(part, seen);
        while (!odd(at) && at) [at, last] = [half(at), half(last)];
      } else {
        seen = node(seen, part);
      }
      [at, last] = [half(at), half(last)];
    }
    return last === 0 && same(seen, root);
  };

  const onlyAdded = (first, size, firstRoot, root, path) => {
    if (first < 0 || first > size) return false;
    if (first === size) return path.length === 0 && same(firstRoot, root);
    if (first === 0) return path.length === 0 && same(firstRoot, sha256());
    let [at, last] = [first - 1, size - 1];
    const parts = Number.isInteger(Math.log2(first)) ? [firstRoot, ...path] : [...path];
    if (!parts.length) return false;
    while (odd(at)) [at, last] = [half(at), half(last)];
    let [earlier, later] = [parts[0], parts[0]];
    for (const part of parts.slice(1)) {
      if (last === 0) return false;
      if (odd(at) || at === last) {
        [earlier, later] = [node(part, earlier), node(part, later)];
        while (!odd(at) && at) [at, last] = [half(at), half(last)];
      } else {
        later = node(later, part);
      }
      [at, last] = [half(at), half(last)];
    }
    return last === 0 && same(earlier, firstRoot) && same(later, root);
  };

  return { bytes, joined, hex, unhex, hashes, same, sha256, sha256OfText, readNote, readKey, signedBy, readCheckpoint, included, onlyAdded, INSTANT };
})();
