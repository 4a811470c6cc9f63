/* The practice exam's building blocks: elements, times and shares as a reader reads them. */
(function () {
  "use strict";

  /* An element with attributes and children. `on` holds listeners, `html` is text of the bank,
     which the build made; every other text is text. */
  function make(tag, attributes) {
    var element = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      var value = attributes[name];
      if (name === "on") {
        Object.keys(value).forEach(function (event) {
          element.addEventListener(event, value[event]);
        });
      } else if (name === "html") element.innerHTML = value;
      else if (value === true) element.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) {
        element.setAttribute(name, value);
      }
    });
    Array.prototype.slice.call(arguments, 2).forEach(function add(child) {
      if (Array.isArray(child)) child.forEach(add);
      else if (child !== null && child !== undefined && child !== "") element.append(child);
    });
    return element;
  }

  function button(words, press, attributes) {
    var all = Object.assign({ type: "button", on: { click: press } }, attributes);
    return make("button", all, words);
  }

  /* A heading that takes the focus when its view opens. */
  function heading(words, attributes) {
    return make("h2", Object.assign({ tabindex: "-1" }, attributes), words);
  }

  function problemLine(words) {
    return words ? make("p", { "class": "ck-storage-problem", role: "status" }, words) : "";
  }

  function plural(count, word) { return count + " " + word + (count === 1 ? "" : "s"); }

  /* 3,725 seconds as 1:02:05. */
  function clock(seconds) {
    var whole = Math.max(0, Math.ceil(seconds));
    var hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
    function two(number) { return String(number).padStart(2, "0"); }
    return (hours ? hours + ":" + two(minutes) : minutes) + ":" + two(whole % 60);
  }

  function dateAndTime(milliseconds) {
    var date = new Date(milliseconds);
    function two(number) { return String(number).padStart(2, "0"); }
    return window.examDraw.dayOf(milliseconds) + " " + two(date.getHours()) + ":" +
      two(date.getMinutes());
  }

  function percent(right, of) { return of ? Math.round(100 * right / of) + "%" : "none"; }

  /* Ask before something that cannot be taken back. `choices` are [words, press], the harmless
     one first: it has the focus, and Escape means it. */
  function ask(host, title, sentences, choices) {
    var dialog = make("dialog", { "class": "practice-dialog", "aria-label": title },
      make("p", { "class": "practice-dialog-title" }, title),
      sentences.map(function (sentence) { return make("p", {}, sentence); }),
      make("p", { "class": "practice-actions" }, choices.map(function (choice, number) {
        return button(choice[0], function () { dialog.close(); if (choice[1]) choice[1](); },
          { "class": number === choices.length - 1 ? "ck-check" : "ck-reset" });
      })));
    dialog.addEventListener("close", function () { dialog.remove(); });
    host.append(dialog);
    dialog.showModal();
    return dialog;
  }

  window.examElements = {
    make: make, button: button, heading: heading, problemLine: problemLine, plural: plural,
    clock: clock, dateAndTime: dateAndTime, percent: percent, ask: ask
  };
})();
