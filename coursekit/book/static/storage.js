/* What the book keeps in this browser: answers, exams, cards, chapters read. One place for the
   rules: every entry has a version, a write reads first, and what cannot be read is kept aside and
   said, never lost and never in the way of the page. */
(function () {
  "use strict";
  var PREFIX = "course:";
  var ASIDE = ":unreadable";

  function keyOf(name, version) { return PREFIX + name + ":v" + version; }

  function storedText(key) {
    try { return window.localStorage.getItem(key); } catch (error) { return null; }
  }

  /* All names that start like ours; empty where the browser forbids storage. */
  function keys() {
    var found = [];
    try {
      for (var number = 0; number < window.localStorage.length; number += 1) {
        var key = window.localStorage.key(number);
        if (key.indexOf(PREFIX) === 0) found.push(key);
      }
    } catch (error) { /* forbidden: there is nothing to find */ }
    return found.sort();
  }

  /* A free name, so that a second unreadable entry does not take the place of the first. */
  function setAside(key, text) {
    var name = key + ASIDE;
    for (var number = 2; storedText(name) !== null && storedText(name) !== text; number += 1) {
      name = key + ASIDE + "-" + number;
    }
    try {
      window.localStorage.setItem(name, text);
      window.localStorage.removeItem(key);
    } catch (error) { /* full: it stays where it is until it is written over */ }
    return name;
  }

  /* Read one entry. `isGood(value)` says whether it has the shape that the caller expects.
     Returns {value, problem}: value is null where there is nothing to use, problem is a sentence
     for the reader or "". */
  function read(name, version, isGood) {
    var key = keyOf(name, version), text = storedText(key), value;
    if (text === null) return { value: null, problem: otherVersion(name, key) };
    try {
      value = JSON.parse(text);
      if (isGood(value)) return { value: value, problem: "" };
    } catch (error) { /* not JSON: kept aside like any other surprise */ }
    var kept = setAside(key, text);
    return {
      value: null,
      problem: "What this browser had stored here could not be read, so this page starts anew. " +
        "Nothing was deleted: it is kept as " + kept + ", and the export on the start page has it."
    };
  }

  function otherVersion(name, key) {
    var pattern = new RegExp("^" + PREFIX + name + ":v\\d+$");
    var others = keys().filter(function (other) { return other !== key && pattern.test(other); });
    return others.length === 0 ? "" :
      "This browser holds " + others.join(", ") + " from another version of the book, which this " +
      "one does not read. Nothing was deleted: the export on the start page has it.";
  }

  /* Store one entry. Returns "" or a sentence for the reader. */
  function write(name, version, value) {
    try {
      window.localStorage.setItem(keyOf(name, version), JSON.stringify(value));
      return "";
    } catch (error) {
      return "This browser did not store that: its storage is full or switched off. " +
        "It holds until you close this page.";
    }
  }

  function remove(name, version) {
    try { window.localStorage.removeItem(keyOf(name, version)); } catch (error) { /* nothing there */ }
  }

  window.courseStorage = { read: read, write: write, remove: remove, keys: keys, textOf: storedText };
})();
