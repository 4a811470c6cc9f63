/* Self-check: a Check button, feedback for what was chosen, and answers that survive a reload.
   Without this script the questions still read: the reasons are in a <details>. */
(function () {
  "use strict";
  var storage = window.courseStorage;

  function isAnswers(value) {
    return Boolean(value) && typeof value === "object" && !Array.isArray(value);
  }

  function readAnswers() { return storage.read("answers", 1, isAnswers); }

  /* Read again before each write: another page may have answered meanwhile. */
  function store(id, answer) {
    var answers = readAnswers().value || {};
    if (answer) answers[id] = answer; else delete answers[id];
    return storage.write("answers", 1, answers);
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
    return store(this.id, null);
  };

  Question.prototype.listen = function (changed) {
    var self = this;
    function keep(checked) {
      return store(self.id, { digest: self.digest, chosen: self.chosen(), checked: checked });
    }
    this.button.addEventListener("click", function () {
      self.check();
      changed(self.chosen().length ? keep(true) : "");
    });
    this.box.addEventListener("change", function () {
      self.clearMarks();
      changed(keep(false));
    });
  };

  function start() {
    var boxes = Array.prototype.slice.call(document.querySelectorAll(".ck-question"));
    var questions = boxes.map(function (box) { return new Question(box); });
    var stored = readAnswers(), answers = stored.value || {};

    /* What could not be read or stored is said where the reader is looking. */
    function notice(words) {
      if (!words || !boxes.length) return;
      var line = document.querySelector(".ck-storage-problem");
      if (!line) {
        line = document.createElement("p");
        line.className = "ck-storage-problem";
        line.setAttribute("role", "status");
        boxes[0].before(line);
      }
      line.textContent = words;
    }

    function score(problem) {
      notice(problem);
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
        score("");
      });
    });
    score(stored.problem);
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
