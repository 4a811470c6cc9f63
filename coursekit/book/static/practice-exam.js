/* The practice exam: reads the bank, and shows the view that the address asks for. `#exam-<id>` is
   an exam or its result, anything else the first screen, so a reload comes back where it was. */
(function () {
  "use strict";
  var elements = window.examElements, draw = window.examDraw, records = window.examRecords;
  var views = window.examViews, view = null, app;

  function idInAddress() {
    var match = /^#exam-([a-z0-9-]+)$/.exec(location.hash);
    return match ? match[1] : "";
  }

  /* Close an exam. The time that counts ends with the clock, also when nobody was there. */
  function finish(exam, timeOver) {
    exam.finishedAt = timeOver ? exam.endsAt : app.now();
    exam.timeOver = timeOver;
    if (exam.endsAt !== null) exam.seconds = (exam.finishedAt - exam.startedAt) / 1000;
    exam.score = { right: 0, of: 0 };
    exam.questions.forEach(function (entry) {
      var question = app.questionOf(entry);
      if (!question) return;
      exam.score.of += 1;
      if (draw.judge(question, entry.chosen) === "right") exam.score.right += 1;
    });
  }

  /* Go through all that is stored: end what ran out, return a sentence for what cannot be read. */
  function tidy() {
    var found = records.list();
    found.exams.forEach(function (exam) {
      if (exam.finishedAt !== null || exam.endsAt === null || exam.endsAt > app.now()) return;
      records.change(exam.id, function (fresh) {
        if (fresh.finishedAt === null) finish(fresh, true);
      });
    });
    return found.problems;
  }

  function begin(paper) {
    var now = app.now(), name = Math.random().toString(36).slice(2, 8);
    var exam = {
      id: draw.dayOf(now) + "-" + name, title: paper.title, version: paper.version, startedAt: now,
      endsAt: paper.minutes === null ? null : now + paper.minutes * 60000, finishedAt: null,
      timeOver: false, seconds: 0, at: 0, score: null,
      questions: paper.drawn.map(function (one) {
        var places = one.question.options.map(function (_, number) { return number; });
        return {
          id: one.question.id, digest: one.question.digest, domain: one.domain,
          order: draw.shuffled(places, Math.random), chosen: [], flagged: false
        };
      })
    };
    app.problem = records.write(exam);
    app.go(exam.id);
  }

  /* Show what the address asks for, and take the reader there unless the page just opened. */
  function show(isFirst) {
    if (view && view.leave) view.leave();
    view = null;
    var problems = tidy();
    var id = idInAddress(), found = id ? records.read(id) : { exam: null, problem: "" };
    var missing = "This exam is not in this browser: it was deleted, or begun elsewhere.";
    problems.push(app.problem || found.problem || (id && !found.exam ? missing : ""));
    app.problem = "";
    var name = !found.exam ? "start" : found.exam.finishedAt === null ? "sitting" : "result";
    view = views[name](app, found.exam);
    app.root.replaceChildren();
    problems.map(elements.problemLine).concat(view.parts).forEach(function add(part) {
      if (Array.isArray(part)) part.forEach(add); else if (part) app.root.append(part);
    });
    if (isFirst === true && !id) return;
    app.root.scrollIntoView();
    view.takeFocus();
  }

  function start() {
    var root = document.getElementById("exams");
    var bank = JSON.parse(document.getElementById("exam-bank").textContent);
    var byId = {};
    bank.questions.forEach(function (question) { byId[question.id] = question; });
    var topics = bank.questions.reduce(function (all, question) {
      return all.concat(question.topics.filter(function (one) { return all.indexOf(one) < 0; }));
    }, []);
    app = {
      root: root, bank: bank, topics: topics.sort(), problem: "", begin: begin, finish: finish,
      show: show, now: function () { return Date.now(); },
      go: function (id) {
        if (idInAddress() === id) show(); else location.hash = id ? "exam-" + id : "exams";
      },
      questionOf: function (entry) {
        var question = byId[entry.id];
        if (!question || question.digest !== entry.digest) return null;
        return entry.order.concat(entry.chosen).every(function (number) {
          return number < question.options.length;
        }) ? question : null;
      },
      /* As many options as asked for: half an answer is none. */
      isAnswered: function (entry) {
        var question = app.questionOf(entry);
        return Boolean(question) && entry.chosen.length === draw.rightOptions(question).length;
      }
    };
    app.exams = draw.offered(bank.exams, draw.dayOf(app.now()));
    window.addEventListener("hashchange", function () {
      if (idInAddress() || !location.hash || location.hash === "#exams") show();
    });
    window.addEventListener("pagehide", function () { if (view.leave) view.leave(); });
    window.addEventListener("pageshow", function () { if (view.comeBack) view.comeBack(); });
    document.addEventListener("visibilitychange", function () {
      if (document.hidden && view.leave) view.leave();
      if (!document.hidden && view.comeBack) view.comeBack();
    });
    window.setInterval(function () { if (view.tick) view.tick(); }, 1000);
    records.onOtherTab(function (id) {
      if (!view.exam) { if (view.update) view.update(); return; }
      if (id && id !== view.exam.id) return;
      var exam = records.read(view.exam.id).exam;
      if (exam && exam.finishedAt === null) view.update(exam); else show();
    });
    show(true);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
