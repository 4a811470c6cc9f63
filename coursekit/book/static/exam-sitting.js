/* An exam that is being sat: one question, the way between them, the overview and the clock. */
(function () {
  "use strict";
  var elements = window.examElements, draw = window.examDraw, records = window.examRecords;
  var make = elements.make, button = elements.button;
  var COUNT_WORDS = { 1: "one", 2: "two", 3: "three", 4: "four" };
  var WARN_AT = [600, 60]; // seconds before the end

  function sign(state, count) {
    return make("span", { "class": "practice-sign practice-sign-" + state }, count + " " + state);
  }

  function Sitting(app, exam) {
    this.app = app;
    this.exam = exam;
    this.at = exam.at;
    this.shownAt = app.now();
    this.warned = {};
    this.hidesClock = records.hidesClock();
    this.build();
    this.showQuestion();
    this.tick();
  }

  Sitting.prototype.build = function () {
    var self = this;
    this.time = make("span", { "class": "practice-time" });
    this.clockButton = button("", function () { self.toggleClock(); },
      { "class": "ck-reset practice-small" });
    this.problem = make("div");
    this.status = make("p", { "class": "practice-status", role: "status" });
    this.card = make("div", { "class": "practice-card", on: {
      change: function () { self.keepAnswer(); },
      keydown: function (event) { self.chooseByNumber(event); }
    } });
    this.previous = button("Previous", function () { self.move(self.at - 1); },
      { "class": "ck-reset" });
    this.next = button("Next", function () { self.move(self.at + 1); }, { "class": "ck-check" });
    this.flag = button("Flag", function () { self.toggleFlag(); }, { "class": "ck-reset" });
    this.summary = make("summary", {});
    var boxes = this.exam.questions.map(function (_, number) {
      return make("li", {}, button("", function () { self.move(number); }));
    });
    this.grid = make("ol", { "class": "practice-grid" }, boxes);
    this.parts = [
      make("h2", { "class": "practice-title" }, this.exam.title),
      make("p", { "class": "practice-clock" }, this.time, this.clockButton),
      this.problem, this.card,
      make("div", { "class": "practice-actions" }, this.previous, this.next, this.flag),
      this.status,
      make("details", { "class": "practice-overview", open: true }, this.summary,
        make("nav", { "aria-label": "Questions of this exam" }, this.grid)),
      make("div", { "class": "practice-actions practice-end" },
        button("Finish the exam", function () { self.askToFinish(); }, { "class": "ck-reset" }),
        make("a", { href: "#exams" }, "Leave it open and go back"))
    ];
  };

  Sitting.prototype.entry = function () { return this.exam.questions[this.at]; };

  /* The question as the bank has it, or null where it was reworded or removed since. */
  Sitting.prototype.question = function () { return this.app.questionOf(this.entry()); };

  Sitting.prototype.showQuestion = function () {
    var entry = this.entry(), question = this.question(), last = this.exam.questions.length - 1;
    var label = "Question " + (this.at + 1) + " of " + (last + 1);
    this.legend = make("legend", { tabindex: "-1" },
      make("span", { "class": "ck-question-label" }, label), " ");
    if (question) {
      this.wanted = draw.rightOptions(question).length;
      this.legend.append(make("span", { "class": "ck-stem", html: question.stem }));
      this.inputs = entry.order.map(function (number, place) {
        return make("input", {
          type: this.wanted > 1 ? "checkbox" : "radio", name: "practice-answer", value: number,
          "aria-keyshortcuts": place + 1, checked: entry.chosen.indexOf(number) >= 0
        });
      }, this);
      this.count = make("p", { "class": "practice-count" });
      var options = this.inputs.map(function (input, place) {
        return make("label", { "class": "ck-option" }, input,
          make("span", { "class": "practice-key", "aria-hidden": "true" }, String(place + 1)),
          make("span", { "class": "ck-option-text", html: question.options[input.value].text }));
      });
      this.card.replaceChildren(make("fieldset", {}, this.legend, options, this.count));
    } else {
      this.inputs = [];
      this.count = make("p", {}, "This question was reworded after you began, so it is left out " +
        "of your score. Go on with the next one.");
      this.card.replaceChildren(make("fieldset", {}, this.legend, this.count));
    }
    this.previous.disabled = this.at === 0;
    this.next.disabled = this.at === last;
    this.status.textContent = "";
    this.showState();
  };

  /* What may change without the question changing: choices, flags and counts. */
  Sitting.prototype.showState = function () {
    var entry = this.entry(), app = this.app, at = this.at;
    this.inputs.forEach(function (input) {
      input.checked = entry.chosen.indexOf(Number(input.value)) >= 0;
    });
    if (this.inputs.length) {
      this.count.textContent = this.wanted < 2 ? "" :
        entry.chosen.length + " of " + COUNT_WORDS[this.wanted] + " chosen" +
        (entry.chosen.length > this.wanted ? ": too many" : "");
    }
    this.flag.textContent = entry.flagged ? "Remove the flag" : "Flag to come back";
    var answered = 0, flagged = 0;
    Array.prototype.forEach.call(this.grid.children, function (item, number) {
      var one = this.exam.questions[number], isAnswered = app.isAnswered(one);
      var state = isAnswered ? "answered" : "unanswered", box = item.firstChild;
      if (isAnswered) answered += 1;
      if (one.flagged) flagged += 1;
      box.className = "practice-box practice-box-" + state +
        (one.flagged ? " practice-box-flagged" : "");
      box.textContent = String(number + 1);
      box.setAttribute("aria-label", "Question " + (number + 1) + ", " + state +
        (one.flagged ? ", flagged" : ""));
      if (number === at) box.setAttribute("aria-current", "true");
      else box.removeAttribute("aria-current");
    }, this);
    this.answered = answered;
    this.flagged = flagged;
    var unanswered = this.exam.questions.length - answered;
    this.summary.replaceChildren("Overview: ", sign("answered", answered), " ",
      sign("unanswered", unanswered), " ", sign("flagged", flagged));
  };

  /* Alter the stored exam; what another tab stored meanwhile is kept. */
  Sitting.prototype.change = function (alter) {
    var now = this.app.now();
    var open = this.exam.endsAt === null ? (now - this.shownAt) / 1000 : 0;
    this.shownAt = now;
    var result = records.change(this.exam.id, function (exam) {
      if (exam.finishedAt === null) { exam.seconds += open; alter(exam); }
    });
    this.problem.replaceChildren(elements.problemLine(result.problem));
    if (!result.exam) return;
    this.exam = result.exam;
    if (this.exam.finishedAt !== null) this.app.show();
  };

  Sitting.prototype.keepAnswer = function () {
    var at = this.at;
    var chosen = this.inputs.filter(function (input) { return input.checked; })
      .map(function (input) { return Number(input.value); });
    this.change(function (exam) { exam.questions[at].chosen = chosen; });
    this.showState();
  };

  Sitting.prototype.toggleFlag = function () {
    var at = this.at, flagged = !this.entry().flagged;
    this.change(function (exam) { exam.questions[at].flagged = flagged; });
    this.showState();
    this.status.textContent = flagged ? "Flagged." : "The flag is gone.";
  };

  Sitting.prototype.move = function (number) {
    if (number < 0 || number >= this.exam.questions.length) return;
    this.at = number;
    this.change(function (exam) { exam.at = number; });
    this.showQuestion();
    this.legend.focus();
  };

  /* A digit chooses that option while the focus is inside the question. */
  Sitting.prototype.chooseByNumber = function (event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    var input = /^[1-9]$/.test(event.key) ? this.inputs[Number(event.key) - 1] : null;
    if (!input) return;
    event.preventDefault();
    input.focus();
    input.click();
  };

  Sitting.prototype.toggleClock = function () {
    this.hidesClock = !this.hidesClock;
    records.hideClock(this.hidesClock);
    this.tick();
  };

  Sitting.prototype.tick = function () {
    var now = this.app.now(), timed = this.exam.endsAt !== null;
    var seconds = timed ? (this.exam.endsAt - now) / 1000 :
      this.exam.seconds + (now - this.shownAt) / 1000;
    if (timed && seconds <= 0) { this.finish(true); return; }
    this.time.textContent = this.hidesClock ? "The clock is hidden." :
      timed ? "Time left " + elements.clock(seconds) : "Time so far " + elements.clock(seconds);
    this.clockButton.textContent = this.hidesClock ? "Show the time" : "Hide the time";
    WARN_AT.forEach(function (limit) {
      if (!timed || seconds > limit || this.warned[limit]) return;
      this.warned[limit] = true;
      if (limit - seconds < limit / 10) {
        this.status.textContent = elements.plural(limit / 60, "minute") + " left.";
      }
    }, this);
  };

  Sitting.prototype.askToFinish = function () {
    var self = this, left = this.exam.questions.length - this.answered, flagged = this.flagged;
    var said = left ? [elements.plural(left, "question") + (left === 1 ? " is" : " are") +
      " unanswered and would count as wrong."] : ["Every question is answered."];
    if (flagged) said.push(elements.plural(flagged, "question") + " flagged to come back to.");
    var choices = [["Go back to the exam", null]];
    if (left) {
      choices.push(["Go to the first unanswered", function () { self.moveToUnanswered(); }]);
    }
    choices.push(["Finish now", function () { self.finish(false); }]);
    elements.ask(this.app.root, "Finish the exam?", said, choices);
  };

  Sitting.prototype.moveToUnanswered = function () {
    var app = this.app;
    this.move(this.exam.questions.findIndex(function (entry) { return !app.isAnswered(entry); }));
  };

  Sitting.prototype.finish = function (timeOver) {
    var app = this.app;
    this.change(function (exam) { app.finish(exam, timeOver); });
  };

  /* Another tab stored this exam: take over its answers, stay at this question. */
  Sitting.prototype.update = function (exam) {
    this.exam = exam;
    this.showState();
  };

  Sitting.prototype.takeFocus = function () { this.legend.focus(); };

  /* The page is hidden, closed or left: without a clock, the time until now counts. */
  Sitting.prototype.leave = function () {
    if (this.exam.endsAt === null && this.exam.finishedAt === null) this.change(function () {});
  };

  Sitting.prototype.comeBack = function () { this.shownAt = this.app.now(); };

  window.examViews = window.examViews || {};
  window.examViews.sitting = function (app, exam) { return new Sitting(app, exam); };
})();
