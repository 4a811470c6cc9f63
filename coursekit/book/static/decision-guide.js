/* The decision guide, one question at a time. It asks from the nested lists on the page, and keeps the
   answers in the address: #guide--new--present is the third question. So an outcome can be
   shared, and the browser's own back button works. Without this script the lists read on their own. */
(function () {
  "use strict";
  var HEAD = "#guide--", PLACE = "#guide-", START = "#guide";

  function element(name, className, text) {
    var made = document.createElement(name);
    if (className) made.className = className;
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function list(nodes) { return Array.prototype.slice.call(nodes); }

  function Guide(box) {
    this.box = box;
    this.steps = {};
    this.outcomes = {};
    list(box.querySelectorAll("[data-step]")).forEach(this.readStep, this);
    list(box.querySelectorAll("[data-outcome]")).forEach(function (outcome) {
      this.outcomes[outcome.dataset.outcome] = outcome;
    }, this);
    this.build();
  }

  Guide.prototype.readStep = function (step) {
    this.steps[step.dataset.step] = {
      number: step.querySelector(":scope > .ck-guide-ask .ck-guide-number").textContent,
      ask: step.querySelector(":scope > .ck-guide-ask strong"),
      why: step.querySelector(":scope > .ck-guide-why"),
      answers: list(step.querySelectorAll(":scope > .ck-guide-answers > li")).map(function (line) {
        return {
          id: line.dataset.answer,
          to: line.dataset.to,
          say: line.querySelector(":scope > .ck-guide-say")
        };
      })
    };
  };

  /* The lists go into a details below the panel: all there is to see remains one key away. */
  Guide.prototype.build = function () {
    var all = element("details", "ck-guide-all");
    all.append(element("summary", "", "All questions as a list"));
    all.append(this.box.querySelector(".ck-guide-list"));
    this.panel = element("div", "ck-guide-panel");
    this.status = element("p", "ck-guide-status");
    this.status.setAttribute("role", "status");
    this.question = element("p", "ck-guide-question");
    this.question.id = "ck-guide-question";
    this.question.tabIndex = -1;
    this.question.setAttribute("role", "heading");
    this.question.setAttribute("aria-level", "2");
    this.body = element("div", "ck-guide-body");
    this.trail = element("div", "ck-guide-trail");
    this.actions = element("p", "ck-guide-actions");
    this.back = this.action("Back");
    this.again = this.action("Start over");
    this.panel.append(this.status, this.question, this.body, this.actions, this.trail);
    this.box.append(this.panel, all);
    var self = this;
    this.back.addEventListener("click", function () { self.go(self.path.slice(0, -1)); });
    this.again.addEventListener("click", function () { self.go([]); });
    window.addEventListener("hashchange", function () { self.read(); });
  };

  Guide.prototype.action = function (words) {
    var button = element("button", "ck-guide-button", words);
    button.type = "button";
    this.actions.append(button);
    return button;
  };

  function addressOf(path) { return path.length ? HEAD + path.join("--") : START; }

  /* A change of the address draws; the same address is drawn at once. */
  Guide.prototype.go = function (path) {
    var address = addressOf(path);
    if (location.hash === address) this.read(); else location.hash = address;
  };

  /* Follow the answers as far as they lead. */
  Guide.prototype.follow = function (path) {
    var place = this.box.dataset.start, taken = [];
    for (var number = 0; number < path.length; number += 1) {
      var step = this.steps[place];
      var answer = step && step.answers.find(function (one) { return one.id === path[number]; });
      if (!answer || !answer.to) break;
      taken.push({ step: step, answer: answer });
      place = answer.to;
    }
    return { place: place, taken: taken, whole: taken.length === path.length };
  };

  /* The shortest answers that lead to a step or an outcome; null if there is none. */
  Guide.prototype.wayTo = function (wanted) {
    var waiting = [{ place: this.box.dataset.start, path: [] }];
    while (waiting.length) {
      var here = waiting.shift(), step = this.steps[here.place];
      if (here.place === wanted) return here.path;
      (step ? step.answers : []).forEach(function (answer) {
        if (answer.to) waiting.push({ place: answer.to, path: here.path.concat(answer.id) });
      });
    }
    return null;
  };

  /* Draw what the address names. #guide-saga is a place of the list: a page opened there shows the
     shortest way to it; later such an address is a link inside the list. Other addresses are not ours. */
  Guide.prototype.read = function () {
    var hash = location.hash, begun = Boolean(this.path), path = [];
    var walk = hash.indexOf(HEAD) === 0, place = !walk && hash.indexOf(PLACE) === 0;
    if (begun && !walk && hash !== START && hash !== "") return;
    if (walk) path = hash.slice(HEAD.length).split("--");
    if (place) path = this.wayTo(hash.slice(PLACE.length));
    var found = this.follow(path || []);
    this.draw(found, path !== null && found.whole);
    if (place && path) location.replace(addressOf(path));
    if (walk || place || hash === START || begun) this.question.focus();
  };

  Guide.prototype.draw = function (found, known) {
    var outcome = this.outcomes[found.place];
    this.path = found.taken.map(function (one) { return one.answer.id; });
    this.body.textContent = "";
    if (outcome) this.drawOutcome(outcome); else this.drawStep(this.steps[found.place]);
    this.drawTrail(found.taken);
    this.actions.hidden = !this.path.length;
    var count = this.path.length, answers = count === 1 ? "1 answer" : count + " answers";
    var where = outcome ? "Your pattern, after " + answers + ":"
      : count ? answers + " given." : "One question at a time. Nothing is sent or stored.";
    this.status.textContent = known ? where
      : "This address names an answer that the guide does not have. " + where;
    this.panel.dataset.shows = outcome ? "outcome" : "question";
  };

  Guide.prototype.drawStep = function (step) {
    var self = this, group = element("div", "ck-guide-choices");
    this.question.textContent = "";
    this.question.append(element("span", "ck-guide-number", step.number), " ", step.ask.textContent);
    if (step.why) {
      var why = element("p", "ck-guide-why");
      why.innerHTML = step.why.innerHTML;
      this.body.append(why);
    }
    group.setAttribute("role", "group");
    group.setAttribute("aria-labelledby", this.question.id);
    step.answers.forEach(function (answer) {
      var button = element("button", "ck-guide-choice");
      button.type = "button";
      button.innerHTML = answer.say.innerHTML;
      button.addEventListener("click", function () { self.go(self.path.concat(answer.id)); });
      group.append(button);
    });
    this.body.append(group);
  };

  Guide.prototype.drawOutcome = function (outcome) {
    var copy = outcome.cloneNode(true), share = element("p", "ck-guide-share");
    copy.removeAttribute("id");
    copy.removeAttribute("data-outcome");
    this.question.textContent =
      outcome.closest("details").querySelector(".ck-guide-title").textContent;
    var link = element("a", "", "Address of this outcome");
    link.href = addressOf(this.path);
    share.append(link, ", with the answers that led to it.");
    this.body.append(copy, share);
  };

  Guide.prototype.drawTrail = function (taken) {
    this.trail.textContent = "";
    if (!taken.length) return;
    var lines = element("ul"), path = this.path;
    taken.forEach(function (one, number) {
      var line = element("li"), change = element("a", "", "change");
      line.append(element("span", "ck-guide-number", one.step.number), " ");
      line.append(one.step.ask.textContent + " ", element("strong", "", one.answer.say.textContent), " ");
      change.href = addressOf(path.slice(0, number));
      change.setAttribute("aria-label", "Change the answer to question " + one.step.number);
      line.append(change);
      lines.append(line);
    });
    this.trail.append(element("p", "ck-guide-trail-title", "Your answers"), lines);
  };

  function start() {
    list(document.querySelectorAll(".ck-guide[data-start]")).slice(0, 1).forEach(function (box) {
      new Guide(box).read();
    });
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
