/* The result of an exam: the score, where it came from, and every question with its reasons. */
(function () {
  "use strict";
  var elements = window.examElements, draw = window.examDraw;
  var make = elements.make, button = elements.button;
  var OUTCOMES = {
    right: ["Right", "ck-mark-right"], wrong: ["Not right", "ck-mark-wrong"],
    unanswered: ["Not answered", "ck-mark-wrong"]
  };
  var FILTERS = [
    ["missed", "Not right", function (entry) { return entry.outcome !== "right"; }],
    ["all", "All", function () { return true; }],
    ["flagged", "Flagged", function (entry) { return entry.kept.flagged; }]
  ];

  /* The questions that still read as they did, with what came of them. */
  function entriesOf(app, exam) {
    var found = [];
    exam.questions.forEach(function (kept, number) {
      var question = app.questionOf(kept);
      if (!question) return;
      var outcome = draw.judge(question, kept.chosen);
      found.push({ kept: kept, question: question, number: number, outcome: outcome });
    });
    return found;
  }

  function bar(row) {
    var fill = make("span", { "class": "practice-bar-fill" });
    fill.style.width = 100 * row.right / row.of + "%";
    return make("span", { "class": "practice-bar", "aria-hidden": "true" }, fill);
  }

  function table(title, rows, labelOf, labOf) {
    if (!rows.length) return "";
    return make("section", { "class": "practice-part" }, make("h3", {}, title),
      make("table", { "class": "practice-table" }, make("tbody", {}, rows.map(function (row) {
        return make("tr", {}, make("th", { scope: "row" }, labelOf(row.key)),
          make("td", {}, row.right + " of " + row.of, bar(row)),
          labOf ? make("td", {}, labOf(row.key)) : "");
      }))));
  }

  function breakdown(app, exam, entries) {
    var domains = draw.tally(entries, function (entry) {
      return entry.kept.domain ? [entry.kept.domain] : entry.question.topics;
    });
    var chapters = draw.tally(entries, function (entry) { return entry.question.patterns; });
    function chapterLink(slug) {
      var chapter = app.bank.chapters[slug];
      return make("a", { href: chapter.page }, chapter.title);
    }
    function labLink(slug) {
      var chapter = app.bank.chapters[slug];
      return chapter.lab ? make("a", { href: chapter.lab, "aria-label": "Lab: " + chapter.title },
        "Lab") : "";
    }
    var titles = { patterns: "By pattern", traps: "By trap", mnemonics: "By mnemonic" };
    var tables = Object.keys(titles).map(function (part) {
      return table(titles[part], chapters.filter(function (row) {
        return app.bank.chapters[row.key].part === part;
      }), chapterLink, labLink);
    });
    return make("section", {}, make("h2", {}, "Where it came from"),
      make("p", {}, "The weakest first. A question counts for each chapter that it touches."),
      table(exam.version ? "By domain" : "By topic", domains, function (name) {
        return name.charAt(0).toUpperCase() + name.slice(1);
      }), tables);
  }

  function review(app, entry) {
    var outcome = OUTCOMES[entry.outcome], chapter = app.bank.chapters[entry.question.chapter];
    return make("article", { "class": "ck-question" },
      make("h3", { "class": "practice-review-title" },
        make("span", { "class": "ck-mark " + outcome[1] }, outcome[0]),
        " Question " + (entry.number + 1) + (entry.kept.flagged ? ", flagged" : "")),
      make("p", { html: entry.question.stem }),
      make("ol", { "class": "ck-reasons" }, entry.kept.order.map(function (number) {
        var option = entry.question.options[number], yours = entry.kept.chosen.indexOf(number) >= 0;
        return make("li", { "class": option.right ? "ck-right" : "ck-wrong" },
          make("p", { "class": "ck-reason-option" },
            make("span", { "class": "ck-mark" }, option.right ? "Right" : "Wrong"),
            yours ? make("span", { "class": "practice-yours" }, "Your answer") : "", " ",
            make("span", { html: option.text })),
          make("p", { "class": "ck-reason", html: option.reason }));
      })),
      make("p", { "class": "ck-see" }, make("a", { href: chapter.page }, chapter.title),
        entry.question.lab ? [" · ",
          make("a", { href: entry.question.lab }, "See it happen in the lab")] : ""));
  }

  function reviews(app, entries) {
    var missed = entries.some(FILTERS[0][2]), list = make("div");
    function show(filter) {
      var shown = entries.filter(filter[2]);
      list.replaceChildren.apply(list, shown.length ?
        shown.map(function (entry) { return review(app, entry); }) :
        [make("p", {}, "There is none.")]);
    }
    var chosen = FILTERS[missed ? 0 : 1];
    show(chosen);
    return make("section", {}, make("h2", {}, "The questions"),
      make("fieldset", { "class": "practice-filter" }, make("legend", {}, "Show"),
        FILTERS.map(function (filter) {
          var count = entries.filter(filter[2]).length;
          return make("label", {}, make("input", {
            type: "radio", name: "practice-filter", checked: filter === chosen,
            on: { change: function () { show(filter); } }
          }), filter[1] + " (" + count + ")");
        })), list);
  }

  window.examViews = window.examViews || {};
  window.examViews.result = function (app, exam) {
    var entries = entriesOf(app, exam), missed = entries.filter(FILTERS[0][2]);
    var right = entries.length - missed.length, reworded = exam.questions.length - entries.length;
    var unanswered = entries.filter(function (entry) {
      return entry.outcome === "unanswered";
    }).length;
    var sentences = [
      "Finished " + elements.dateAndTime(exam.finishedAt) + " after " +
        elements.clock(exam.seconds) + "." + (exam.timeOver ? " The time was over." : ""),
      unanswered ?
        elements.plural(unanswered, "question") + " not answered, counted as not right." : "",
      reworded ? elements.plural(reworded, "question") + (reworded === 1 ? " was" : " were") +
        " reworded since, and left out here." +
        (exam.score.of !== entries.length || exam.score.right !== right ?
          " On the day it was " + exam.score.right + " of " + exam.score.of + "." : "") : ""
    ];
    var title = elements.heading("Result: " + exam.title);
    return {
      takeFocus: function () { title.focus(); },
      parts: [
        title,
        make("p", { "class": "practice-score" },
          make("strong", {}, right + " of " + entries.length), " right",
          entries.length ? ", " + elements.percent(right, entries.length) : ""),
        sentences.filter(Boolean).map(function (words) { return make("p", {}, words); }),
        make("p", { "class": "practice-actions" },
          missed.length ? button("Again with the ones I missed", function () {
            app.begin({
              title: "Missed in " + exam.title.replace(/^Missed in /, ""), version: exam.version,
              minutes: null, drawn: missed.map(function (entry) {
                return { question: entry.question, domain: entry.kept.domain };
              })
            });
          }, { "class": "ck-check" }) : "",
          make("a", { href: "#exams" }, "All exams")),
        breakdown(app, exam, entries),
        reviews(app, entries)
      ]
    };
  };
})();
