/* Self-check: a Check button, feedback for what was chosen, and answers that survive a reload.
   Without this script the questions still read: the reasons are in a <details>. */
(function () {
  "use strict";
  var KEY = "course:answers:v1";

  /* Storage can be full, forbidden or hold something else: never let that break the page. */
  function readAnswers() {
    var text = null;
    try {
      text = window.localStorage.getItem(KEY);
      if (text === null) return {};
      var stored = JSON.parse(text);
      if (stored && typeof stored === "object" && !Array.isArray(stored)) return stored;
    } catch (error) { /* not ours to read: kept aside below */ }
    if (text !== null) {
      try {
        window.localStorage.setItem(KEY + ":unreadable", text);
        window.localStorage.removeItem(KEY);
      } catch (error) { /* nothing more to do */ }
    }
    return {};
  }

  /* Read again before each write: another page may have answered meanwhile. */
  function store(id, answer) {
    var answers = readAnswers();
    if (answer) answers[id] = answer; else delete answers[id];
    try { window.localStorage.setItem(KEY, JSON.stringify(answers)); } catch (error) { /* full */ }
  }

  function Question(box) {
    this.box = box;
    this.id = box.dataset.question;
    this.digest = box.dataset.digest;
    this.inputs = Array.prototype.slice.call(box.querySelectorAll("fieldset input"));
    this.reasons = box.querySelectorAll(".ck-reasons > li");
    this.addControls();
  }

  /* Made here, so that a page without scripts has no button that does nothing. */
  Question.prototype.addControls = function () {
    var actions = document.createElement("div");
    actions.className = "ck-actions";
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "ck-check";
    this.button.textContent = "Check";
    this.feedback = document.createElement("div");
    this.feedback.className = "ck-feedback";
    this.feedback.setAttribute("role", "status");
    actions.append(this.button, this.feedback);
    this.box.querySelector("fieldset").after(actions);
  };

  Question.prototype.chosen = function () {
    return this.inputs.filter(function (input) { return input.checked; })
      .map(function (input) { return Number(input.value); });
  };

  Question.prototype.isRight = function (number) {
    return this.reasons[number].classList.contains("ck-right");
  };

  Question.prototype.rightCount = function () {
    return this.box.querySelectorAll(".ck-reasons > .ck-right").length;
  };

  Question.prototype.clearMarks = function () {
    this.feedback.textContent = "";
    this.box.removeAttribute("data-result");
    this.inputs.forEach(function (input) {
      input.closest(".ck-option").removeAttribute("data-mark");
    });
  };

  Question.prototype.check = function () {
    var self = this, chosen = this.chosen(), wanted = this.rightCount();
    this.clearMarks();
    if (chosen.length === 0) {
      this.say(null, "Choose an answer first.");
      return;
    }
    var right = chosen.filter(function (number) { return self.isRight(number); });
    var whole = right.length === wanted && chosen.length === wanted;
    this.box.dataset.result = whole ? "right" : "wrong";
    if (wanted > 1 && !whole) {
      var missing = wanted - right.length;
      this.say(false, right.length + " of " + wanted + " found" +
        (chosen.length > wanted ? ", and more chosen than asked for." :
          missing && right.length === chosen.length ? ": " + missing + " still missing." : "."));
    }
    chosen.forEach(function (number) {
      var good = self.isRight(number);
      self.inputs[number].closest(".ck-option").dataset.mark = good ? "right" : "wrong";
      self.say(good, self.reasons[number].querySelector(".ck-reason").innerHTML, true);
    });
  };

  Question.prototype.say = function (good, words, isHtml) {
    var line = document.createElement("p");
    if (good !== null) {
      var mark = document.createElement("span");
      mark.className = "ck-mark " + (good ? "ck-mark-right" : "ck-mark-wrong");
      mark.textContent = good ? "Right" : "Not right";
      line.append(mark, " ");
    }
    var text = document.createElement("span");
    if (isHtml) text.innerHTML = words; else text.textContent = words;
    line.append(text);
    this.feedback.append(line);
  };

  Question.prototype.restore = function (answer) {
    if (!answer || answer.digest !== this.digest || !Array.isArray(answer.chosen)) return;
    var inputs = this.inputs;
    answer.chosen.forEach(function (number) { if (inputs[number]) inputs[number].checked = true; });
    if (answer.checked === true && this.chosen().length) this.check();
  };

  Question.prototype.reset = function () {
    this.inputs.forEach(function (input) { input.checked = false; });
    this.clearMarks();
    store(this.id, null);
  };

  Question.prototype.listen = function (changed) {
    var self = this;
    this.button.addEventListener("click", function () {
      self.check();
      var chosen = self.chosen();
      if (chosen.length) store(self.id, { digest: self.digest, chosen: chosen, checked: true });
      changed();
    });
    this.box.addEventListener("change", function () {
      self.clearMarks();
      store(self.id, { digest: self.digest, chosen: self.chosen(), checked: false });
      changed();
    });
  };

  function start() {
    var boxes = Array.prototype.slice.call(document.querySelectorAll(".ck-question"));
    var questions = boxes.map(function (box) { return new Question(box); });
    var answers = readAnswers();

    function score() {
      document.querySelectorAll(".ck-self-check").forEach(function (group) {
        var all = group.querySelectorAll(".ck-question").length;
        var done = group.querySelectorAll(".ck-question[data-result]").length;
        var right = group.querySelectorAll('.ck-question[data-result="right"]').length;
        group.querySelector(".ck-score").textContent =
          done ? right + " of " + all + " right so far." : "";
      });
    }

    questions.forEach(function (question) {
      try { question.restore(answers[question.id]); } catch (error) { question.clearMarks(); }
      question.listen(score);
    });
    document.querySelectorAll(".ck-reset").forEach(function (button) {
      button.hidden = false;
      button.addEventListener("click", function () {
        questions.forEach(function (question) { question.reset(); });
        score();
      });
    });
    score();
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
