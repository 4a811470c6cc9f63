/* The practice exam's first screen: exams to go on with, a new one, and earlier results. */
(function () {
  "use strict";
  var elements = window.examElements, draw = window.examDraw, records = window.examRecords;
  var make = elements.make, button = elements.button;
  var TEN = 10;
  var MODES = [
    ["full", "A full exam", "as long as the real one, its domains by weight"],
    ["ten", "Ten in a hurry", "ten questions at the pace of the real exam"],
    ["chapter", "One chapter", "every question of one chapter"]
  ];

  /* What the choices on the form come to. */
  function planOf(app, choice) {
    var exam = app.exams.find(function (one) { return one.version.code === choice.code; });
    var domains = exam ? exam.version.domains : [], topics = null;
    if (choice.domain && exam) {
      domains = domains.filter(function (domain) { return domain.name === choice.domain; });
      topics = domains[0].topics;
    } else if (choice.domain) topics = [choice.domain];
    var questions = draw.pool(app.bank.questions, {
      family: exam ? exam.family.family : "",
      chapter: choice.mode === "chapter" ? choice.chapter : "",
      topics: topics
    });
    var pace = exam ? exam.version : app.exams[0].version;
    var wanted = choice.mode === "full" ? pace.questions :
      choice.mode === "ten" ? TEN : questions.length;
    var count = Math.min(wanted, questions.length);
    var names = [
      choice.mode === "ten" ? "Ten in a hurry" :
        choice.mode === "chapter" ? app.bank.chapters[choice.chapter].title : "Full exam",
      exam ? exam.version.code : "", choice.domain
    ];
    return {
      title: names.filter(Boolean).join(", "), exam: exam, domains: domains, questions: questions,
      wanted: wanted, count: count, minutes: draw.minutesFor(count, pace)
    };
  }

  /* What the reader should know before starting, in sentences. */
  function sentencesOf(app, choice, plan) {
    var code = plan.exam ? plan.exam.version.code : "";
    if (!plan.count) return ["The bank has no question for this choice."];
    var time = choice.timed ? elements.plural(plan.minutes, "minute") : "no time limit";
    var said = [elements.plural(plan.count, "question") + ", " + time + "."];
    if (plan.count < plan.wanted && choice.mode === "full") {
      said.push("That is all that the bank has for this choice. The real exam asks " +
        plan.wanted + (choice.timed ? "; the pace is the same." : "."));
    } else if (plan.count < plan.wanted) {
      said.push("That is all that the bank has for this choice.");
    }
    if (choice.mode !== "full" || choice.domain) return said;
    if (plan.domains.some(function (domain) { return domain.weight_percent === null; })) {
      said.push("The weights of " + code + " are not confirmed, so its domains are drawn evenly " +
        "as far as the bank goes.");
    }
    var thin = draw.quotas(plan.domains, plan.count).map(function (share, number) {
      var has = plan.questions.filter(function (question) {
        return draw.domainsOf(question, plan.domains).indexOf(number) >= 0;
      }).length;
      return has < share ? plan.domains[number].name + " (" + has + " of " + share + ")" : "";
    }).filter(Boolean);
    if (thin.length) {
      said.push("Too few questions here for the weight of " + thin.join(" and ") +
        ". Other domains fill the gap.");
    }
    return said;
  }

  function select(name, label, changed) {
    var control = make("select", { id: "choose-" + name, on: { change: changed } });
    var line = make("p", { "class": "practice-field" },
      make("label", { "for": "choose-" + name }, label), control);
    return { line: line, control: control };
  }

  /* Set the options of a select and keep the choice where it is still offered. */
  function fill(control, entries, fallback) {
    var before = control.value;
    control.replaceChildren.apply(control, entries.map(function (entry) {
      return make("option", { value: entry[0] }, entry[1]);
    }));
    var has = entries.some(function (entry) { return entry[0] === before; });
    control.value = has ? before : fallback;
  }

  function newExam(app) {
    var choice = { mode: "full", chapter: "", code: "", domain: "", timed: true }, isExamMine = false;
    var exam = select("exam", "Exam", function () { isExamMine = true; update(); });
    var chapter = select("chapter", "Chapter", update);
    var domain = select("domain", "Domain", update);
    var timed = make("input", { type: "checkbox", id: "choose-timed", on: { change: update } });
    var summary = make("div", { "class": "practice-plan", role: "status" });
    var start = make("button", { type: "submit", "class": "ck-check" }, "Start");
    var modes = MODES.map(function (mode, number) {
      var input = make("input", {
        type: "radio", name: "practice-mode", value: mode[0], checked: number === 0,
        on: { change: function () {
          timed.checked = mode[0] !== "chapter";
          if (!isExamMine) exam.control.value = "";
          update();
        } }
      });
      return make("label", { "class": "ck-option" }, input,
        make("span", { "class": "ck-option-text" }, make("strong", {}, mode[1]), ": " + mode[2]));
    });
    fill(chapter.control, Object.keys(app.bank.chapters).filter(function (slug) {
      return draw.pool(app.bank.questions, { chapter: slug }).length;
    }).map(function (slug) { return [slug, app.bank.chapters[slug].title]; }), "");
    chapter.control.selectedIndex = 0;

    function update() {
      choice.mode = form.querySelector("[name=practice-mode]:checked").value;
      var versions = app.exams.map(function (one) {
        return [one.version.code, one.version.code + ", " + one.family.name +
          (one.isCurrent ? "" : " (from " + one.version.valid_from + ")")];
      });
      var any = choice.mode === "full" ? [] : [["", "Any exam"]];
      fill(exam.control, any.concat(versions), any.length ? "" : versions[0][0]);
      choice.code = exam.control.value;
      var version = app.exams.find(function (one) { return one.version.code === choice.code; });
      var names = version ? version.version.domains.map(function (one) { return one.name; }) :
        app.topics;
      fill(domain.control, [["", "All of them"]].concat(names.map(function (name) {
        return [name, name.charAt(0).toUpperCase() + name.slice(1)];
      })), "");
      choice.domain = domain.control.value;
      choice.chapter = chapter.control.value;
      choice.timed = timed.checked;
      chapter.line.hidden = choice.mode !== "chapter";
      var plan = planOf(app, choice);
      start.disabled = plan.count === 0;
      summary.replaceChildren.apply(summary, sentencesOf(app, choice, plan)
        .map(function (sentence) { return make("p", {}, sentence); }));
    }

    var form = make("form", {
      "class": "practice-form", "aria-labelledby": "practice-new",
      on: { submit: function (event) {
        event.preventDefault();
        var plan = planOf(app, choice);
        if (!plan.count) return;
        app.begin({
          title: plan.title, version: plan.exam ? plan.exam.version.code : "",
          minutes: choice.timed ? plan.minutes : null,
          drawn: draw.draw(plan.questions, plan.domains, plan.count, Math.random)
            .map(function (one) {
              var name = one.domain < 0 ? "" : plan.domains[one.domain].name;
              return { question: one.question, domain: name };
            })
        });
      } }
    },
      make("fieldset", {}, make("legend", {}, "How much"), modes),
      exam.line, chapter.line, domain.line,
      make("label", { "class": "practice-check" }, timed, "Against the clock"),
      summary, make("p", { "class": "practice-actions" }, start));
    timed.checked = true;
    update();
    return form;
  }

  function askToDelete(app, exam) {
    elements.ask(app.root, "Delete “" + exam.title + "”?",
      ["Begun " + elements.dateAndTime(exam.startedAt) + ". Its answers cannot be brought back."],
      [["Keep it", null], ["Delete it", function () { records.remove(exam.id); app.show(); }]]);
  }

  function openExam(app, exam) {
    var answered = exam.questions.filter(function (entry) { return app.isAnswered(entry); }).length;
    var time = exam.endsAt === null ? elements.clock(exam.seconds) + " so far" :
      elements.clock((exam.endsAt - app.now()) / 1000) + " left, and running";
    return make("li", { "class": "practice-open" },
      make("p", {}, make("strong", {}, exam.title), make("br"), "Begun " +
        elements.dateAndTime(exam.startedAt) + ". " + answered + " of " + exam.questions.length +
        " answered, " + time + "."),
      make("p", { "class": "practice-actions" },
        button("Go on", function () { app.go(exam.id); },
          { "class": "ck-check", "aria-label": "Go on with " + exam.title }),
        button("Delete", function () { askToDelete(app, exam); },
          { "class": "ck-reset", "aria-label": "Delete " + exam.title })));
  }

  function resultRow(app, exam) {
    return make("tr", {},
      make("th", { scope: "row" }, make("a", { href: "#exam-" + exam.id }, exam.title),
        make("span", { "class": "practice-when" }, elements.dateAndTime(exam.finishedAt), " ",
          button("Delete", function () { askToDelete(app, exam); }, {
            "class": "practice-link",
            "aria-label": "Delete " + exam.title + " of " + elements.dateAndTime(exam.finishedAt)
          }))),
      make("td", {}, exam.score.right + " of " + exam.score.of, make("span",
        { "class": "practice-when" }, elements.percent(exam.score.right, exam.score.of))),
      make("td", {}, elements.clock(exam.seconds)));
  }

  function history(app, finished) {
    if (!finished.length) return "";
    return make("section", {}, make("h2", {}, "Your results"),
      make("table", { "class": "practice-table" }, make("thead", {}, make("tr", {},
        ["Exam", "Right", "Time"].map(function (name) {
          return make("th", { scope: "col" }, name);
        }))),
      make("tbody", {}, finished.map(function (exam) { return resultRow(app, exam); }))));
  }

  function unfinished(app, open) {
    if (!open.length) return "";
    return make("section", {}, make("h2", {}, "Go on"), make("ul", { "class": "practice-list" },
      open.map(function (exam) { return openExam(app, exam); })));
  }

  window.examViews = window.examViews || {};
  window.examViews.start = function (app) {
    var before = make("div"), after = make("div");
    var title = elements.heading("A new exam", { id: "practice-new" });

    /* Also when another tab stores something: the form keeps what was chosen in it. */
    function update() {
      var found = records.list();
      before.replaceChildren(unfinished(app, found.exams.filter(function (exam) {
        return exam.finishedAt === null;
      })));
      after.replaceChildren(history(app, found.exams.filter(function (exam) {
        return exam.finishedAt !== null;
      })));
    }

    update();
    return {
      parts: [before, make("section", {}, title, newExam(app)), after],
      update: update,
      takeFocus: function () { title.focus(); }
    };
  };
})();
