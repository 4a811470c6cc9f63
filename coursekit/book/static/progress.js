/* The start page's progress: what is read and answered, a file to take it along, and one click
   that clears it, with a way back. Nothing here deletes without being able to return it. */
(function () {
  "use strict";
  var storage = window.courseStorage;
  var COURSE = "serverless-broken-on-purpose";
  var FORMAT = 1;

  function isMap(value) {
    return Boolean(value) && typeof value === "object" && !Array.isArray(value);
  }

  function plural(count, one, many) { return count + " " + (count === 1 ? one : many || one + "s"); }

  /* --- what is stored, set against what the book asks --------------------------------------- */

  function stateOf(item, read, answers) {
    var questions = JSON.parse(item.dataset.questions);
    var state = { read: Boolean(read[item.dataset.chapter]), asked: questions.length, answered: 0, right: 0 };
    questions.forEach(function (question) {
      var answer = answers[question.id];
      if (!isMap(answer) || answer.digest !== question.digest || answer.checked !== true) return;
      if (!Array.isArray(answer.chosen)) return;
      state.answered += 1;
      if (String(answer.chosen) === String(question.right)) state.right += 1;
    });
    return state;
  }

  function words(state) {
    var said = [state.read ? "read" : "not read yet"];
    if (state.asked) {
      said.push(state.answered === 0 ? plural(state.asked, "question") + " to try" :
        state.right + " of " + state.asked + " right" +
        (state.answered < state.asked ? ", " + (state.asked - state.answered) + " to try" : ""));
    }
    return said.join(" · ");
  }

  function show(root) {
    var stored = storage.read("read", 1, isMap);
    var answered = storage.read("answers", 1, isMap);
    var total = { chapters: 0, read: 0, asked: 0, answered: 0, right: 0 }, next = null;
    root.querySelectorAll("li[data-chapter]").forEach(function (item) {
      var state = stateOf(item, stored.value || {}, answered.value || {});
      item.querySelector(".ck-progress-state").textContent = words(state);
      item.dataset.read = state.read ? "yes" : "no";
      item.dataset.done = state.asked && state.right === state.asked ? "yes" : "no";
      total.chapters += 1;
      total.read += state.read ? 1 : 0;
      ["asked", "answered", "right"].forEach(function (key) { total[key] += state[key]; });
      if (!state.read && !next) next = item.querySelector("a");
    });
    summary(root, total);
    welcome(total, next);
    return [stored.problem, answered.problem].filter(Boolean).join(" ");
  }

  function bar(label, part, whole) {
    var row = document.createElement("p"), meter = document.createElement("progress");
    meter.max = Math.max(whole, 1);
    meter.value = part;
    meter.setAttribute("aria-hidden", "true"); // the words say it
    row.append(meter, " " + label);
    return row;
  }

  function summary(root, total) {
    var place = root.querySelector(".ck-progress-summary");
    place.replaceChildren(
      bar(total.read + " of " + plural(total.chapters, "chapter") + " read", total.read, total.chapters),
      bar(total.answered + " of " + plural(total.asked, "question") + " answered, " + total.right +
        " right", total.answered, total.asked)
    );
  }

  /* Who comes back finds the way on at the top of the page. */
  function welcome(total, next) {
    var line = document.querySelector(".ck-welcome");
    if (!total.read && !total.answered) { if (line) line.remove(); return; }
    if (!line) {
      line = document.createElement("p");
      line.className = "ck-welcome";
      document.querySelector(".bd-article h1").after(line);
    }
    line.replaceChildren("Welcome back: " + total.read + " of " + plural(total.chapters, "chapter") +
      " read, " + total.right + " of " + plural(total.asked, "question") + " right. ");
    if (next) {
      var on = document.createElement("a");
      on.href = next.getAttribute("href");
      on.textContent = next.textContent;
      line.append("Go on with ", on, " or see ");
    } else line.append("All is read. See ");
    var all = document.createElement("a");
    all.href = "#your-progress";
    all.textContent = "all of your progress";
    line.append(all, ".");
  }

  /* --- take it along ------------------------------------------------------------------------- */

  function everything() {
    var entries = {};
    storage.keys().forEach(function (key) { entries[key] = storage.textOf(key); });
    return entries;
  }

  function exportFile() {
    var saved = new Date().toISOString();
    var content = { course: COURSE, format: FORMAT, saved: saved, entries: everything() };
    var link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 1)], { type: "application/json" }));
    link.download = COURSE + "-progress-" + saved.slice(0, 10) + ".json";
    document.body.append(link);
    link.click();
    link.remove();
    window.setTimeout(function () { URL.revokeObjectURL(link.href); }, 1000);
    return plural(Object.keys(content.entries).length, "entry", "entries") + " saved to " + link.download + ".";
  }

  /* The entries of an exported file, or an Error that says what is wrong with it. */
  function entriesOf(text, name) {
    var content;
    try { content = JSON.parse(text); } catch (error) {
      throw new Error(name + " is not a progress file: it is no JSON. Choose a file that Export made.");
    }
    if (!isMap(content) || content.course !== COURSE) {
      throw new Error(name + " is not a progress file of this course. Choose a file that Export made.");
    }
    if (content.format !== FORMAT) {
      throw new Error(name + " has format " + content.format + ", and this version of the book reads " +
        "format " + FORMAT + ". Import it with the version that made it.");
    }
    if (!isMap(content.entries)) throw new Error(name + " has no entries: it is damaged.");
    Object.keys(content.entries).forEach(function (key) {
      if (key.indexOf("course:") !== 0 || typeof content.entries[key] !== "string") {
        throw new Error(name + " is damaged at the entry " + key + ". Nothing was imported.");
      }
    });
    return content.entries;
  }

  /* Make the stored entries exactly these. Returns "" or what went wrong, with all as it was. */
  function replaceAll(entries) {
    var before = everything();
    function put(wanted) {
      storage.keys().forEach(function (key) { if (!(key in wanted)) window.localStorage.removeItem(key); });
      Object.keys(wanted).forEach(function (key) { window.localStorage.setItem(key, wanted[key]); });
    }
    try { put(entries); return ""; } catch (error) {
      try { put(before); } catch (again) { /* it held before, so it fits */ }
      return "This browser did not store that: its storage is full or switched off. Nothing has changed.";
    }
  }

  function controls(root) {
    var box = document.createElement("div");
    box.className = "ck-progress-controls";
    var told = document.createElement("p");
    told.setAttribute("role", "status");
    told.className = "ck-progress-told";

    function button(name, act) {
      var one = document.createElement("button");
      one.type = "button";
      one.className = "ck-reset";
      one.textContent = name;
      one.addEventListener("click", act);
      return one;
    }
    function say(text, undo) {
      told.replaceChildren(text);
      if (!undo) return;
      told.append(" ", button("Undo", function () {
        var problem = replaceAll(undo);
        show(root);
        say(problem || "All is as it was.");
        box.querySelector("button").focus(); // the button that had the focus is gone
      }));
    }

    var file = document.createElement("input");
    file.type = "file";
    file.accept = ".json,application/json";
    file.id = "ck-progress-file";
    file.className = "ck-visually-hidden";
    file.tabIndex = -1;
    file.setAttribute("aria-label", "Progress file to import");
    file.addEventListener("change", function () {
      var chosen = file.files[0];
      if (!chosen) return;
      chosen.text().then(function (text) {
        var before = everything(), merged = Object.assign({}, before);
        Object.assign(merged, entriesOf(text, chosen.name));
        var problem = replaceAll(merged);
        show(root);
        say(problem || "Imported " + chosen.name + ": where both had an entry, the file's holds now.",
          problem ? null : before);
      }).catch(function (error) { say(error.message); }).then(function () { file.value = ""; });
    });

    box.append(
      button("Export to a file", function () { say(exportFile()); }), " ",
      button("Import a file", function () { file.click(); }), " ", file,
      button("Clear everything", function () {
        var before = everything();
        if (!Object.keys(before).length) { say("There is nothing to clear."); return; }
        var problem = replaceAll({});
        show(root);
        say(problem || "Cleared: answers, chapters read, exams and cards of this browser.",
          problem ? null : before);
      })
    );
    root.append(box, told);
    return say;
  }

  function start() {
    var root = document.querySelector(".ck-progress");
    if (!root) return;
    var say = controls(root);
    var problem = show(root);
    if (problem) say(problem);
    // Another tab has answered, or the browser shows this page again from its memory.
    window.addEventListener("storage", function () { show(root); });
    window.addEventListener("pageshow", function (event) { if (event.persisted) show(root); });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
