/* Exams in this browser, open and finished: one stored entry each, so that two tabs with two exams
   never write over each other. Two tabs on one exam read it again before each change. */
(function () {
  "use strict";
  var storage = window.courseStorage, PREFIX = "practice-exam-", VERSION = 1;
  var KEY = /^course:practice-exam-([a-z0-9-]+):v(\d+)$/;
  var unsaved = {}; // what could not be stored lives until the page is closed

  function isList(value, isGood) { return Array.isArray(value) && value.every(isGood); }
  function isCount(value) { return Number.isInteger(value) && value >= 0; }
  function isTime(value) { return value === null || Number.isFinite(value); }

  function isQuestion(value) {
    return Boolean(value) && typeof value.id === "string" && typeof value.digest === "string" &&
      typeof value.domain === "string" && isList(value.order, isCount) &&
      isList(value.chosen, isCount) && typeof value.flagged === "boolean";
  }

  function isScore(value) {
    return Boolean(value) && isCount(value.right) && isCount(value.of);
  }

  function isExam(value) {
    return Boolean(value) && typeof value.id === "string" && typeof value.title === "string" &&
      typeof value.version === "string" && Number.isFinite(value.startedAt) &&
      isTime(value.endsAt) && isTime(value.finishedAt) && typeof value.timeOver === "boolean" &&
      Number.isFinite(value.seconds) && isCount(value.at) && isList(value.questions, isQuestion) &&
      value.at < value.questions.length &&
      (value.finishedAt === null ? value.score === null : isScore(value.score));
  }

  /* {exam, problem}: exam is null where there is nothing to use. */
  function read(id) {
    if (unsaved[id]) return { exam: unsaved[id], problem: "" };
    var found = storage.read(PREFIX + id, VERSION, isExam);
    return { exam: found.value, problem: found.problem };
  }

  function write(exam) {
    var problem = storage.write(PREFIX + exam.id, VERSION, exam);
    if (problem) unsaved[exam.id] = exam; else delete unsaved[exam.id];
    return problem;
  }

  /* Read again, alter, store: {exam, problem}. exam is null where it was deleted meanwhile. */
  function change(id, alter) {
    var found = read(id);
    if (!found.exam) {
      var gone = "This exam is no longer in this browser: another tab deleted it.";
      return { exam: null, problem: found.problem || gone };
    }
    alter(found.exam);
    return { exam: found.exam, problem: write(found.exam) };
  }

  /* Every exam, the newest first, and a sentence for each entry that could not be used. */
  function list() {
    var ids = Object.keys(unsaved), exams = [], problems = [];
    storage.keys().forEach(function (key) {
      var match = KEY.exec(key);
      if (match && ids.indexOf(match[1]) < 0) ids.push(match[1]);
    });
    ids.forEach(function (id) {
      var found = read(id);
      if (found.exam) exams.push(found.exam);
      if (found.problem) problems.push(found.problem);
    });
    exams.sort(function (one, other) { return other.startedAt - one.startedAt; });
    return { exams: exams, problems: problems };
  }

  function remove(id) {
    delete unsaved[id];
    storage.remove(PREFIX + id, VERSION);
  }

  /* Call back when another tab has stored or deleted an exam: with its id, or "" for all. */
  function onOtherTab(changed) {
    window.addEventListener("storage", function (event) {
      var match = event.key === null ? ["", ""] : KEY.exec(event.key);
      if (match) changed(match[1]);
    });
  }

  /* Whether the reader wants to see the clock. */
  function isSettings(value) { return Boolean(value) && typeof value.hidesClock === "boolean"; }
  function hidesClock() {
    var found = storage.read("practice-exam", VERSION, isSettings).value;
    return Boolean(found) && found.hidesClock;
  }
  function hideClock(hides) { storage.write("practice-exam", VERSION, { hidesClock: hides }); }

  window.examRecords = {
    read: read, write: write, change: change, list: list, remove: remove, onOtherTab: onOtherTab,
    hidesClock: hidesClock, hideClock: hideClock
  };
})();
