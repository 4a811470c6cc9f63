/* Flashcards: what is due today, four answers, and a schedule by FSRS (ts-fsrs).
   The cards are the page's own <details>, so that without this script everything still reads. */
(function () {
  "use strict";
  var storage = window.courseStorage;
  var NAME = "flashcards", VERSION = 1;
  var NEW_PER_DAY = 10, MOST_PER_DAY = 200;
  var MINUTE = 60000, DAY = 24 * 60 * MINUTE;
  var LEARN_AHEAD = 20 * MINUTE; // a card that is due so soon may come at once when nothing else is
  var GRADES = ["Again", "Hard", "Good", "Easy"]; // FSRS counts them from 1
  var REVIEW = 2; // the state of a card that has left its first steps

  /* --- what the browser keeps: {cards: {id: entry}, day: {date, fresh}, newPerDay} ------------- */

  var unsaved = null; // the deck, where the browser does not store it

  function isObject(value) {
    return Boolean(value) && typeof value === "object" && !Array.isArray(value);
  }

  function isDeck(value) { return isObject(value) && isObject(value.cards); }

  function isDate(text) { return typeof text === "string" && !isNaN(Date.parse(text)); }

  function isEntry(value) {
    if (!isObject(value) || typeof value.digest !== "string" || !isObject(value.fsrs)) return false;
    var fsrs = value.fsrs;
    return isDate(fsrs.due) && isDate(fsrs.last_review) &&
      [1, REVIEW, 3].indexOf(fsrs.state) >= 0 &&
      fsrs.stability > 0 && fsrs.difficulty >= 1 && fsrs.difficulty <= 10 &&
      ["stability", "difficulty", "elapsed_days", "scheduled_days", "learning_steps", "reps",
        "lapses"].every(function (name) { return typeof fsrs[name] === "number" && fsrs[name] >= 0; });
  }

  /* Read before each write: another tab may have answered meanwhile. */
  function readDeck() {
    var stored = unsaved ? { value: unsaved, problem: "" } : storage.read(NAME, VERSION, isDeck);
    var deck = stored.value || { cards: {} };
    var limit = deck.newPerDay;
    if (!(limit >= 0 && limit <= MOST_PER_DAY)) deck.newPerDay = NEW_PER_DAY;
    if (!isObject(deck.day) || deck.day.date !== dayOf(new Date()) || !(deck.day.fresh >= 0)) {
      deck.day = { date: dayOf(new Date()), fresh: 0 };
    }
    return { deck: deck, problem: stored.problem };
  }

  function writeDeck(deck) {
    var problem = storage.write(NAME, VERSION, deck);
    unsaved = problem ? deck : null;
    return problem;
  }

  function stateOf(deck, card) { return JSON.stringify(deck.cards[card.id] || null); }

  /* --- days and intervals ---------------------------------------------------------------------- */

  function dayOf(date) {
    return date.getFullYear() + "-" + (date.getMonth() + 1) + "-" + date.getDate();
  }

  function tomorrow(now) {
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  }

  function plural(number, unit) { return number + "\u00a0" + unit + (number === 1 ? "" : "s"); }

  function interval(milliseconds) {
    var days = Math.round(milliseconds / DAY);
    if (milliseconds < 60 * MINUTE) return Math.max(1, Math.round(milliseconds / MINUTE)) + "\u00a0min";
    if (milliseconds < DAY) return Math.round(milliseconds / (60 * MINUTE)) + "\u00a0h";
    if (days < 31) return plural(days, "day");
    if (days < 365) return plural(Math.round(days / 3.044) / 10, "month");
    return plural(Math.round(days / 36.525) / 10, "year");
  }

  /* --- small helpers for the page -------------------------------------------------------------- */

  function make(tag, attributes, children) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      node.setAttribute(name, attributes[name]);
    });
    node.append.apply(node, children || []);
    return node;
  }

  function button(kind, words, action) {
    var node = make("button", { type: "button", "class": kind }, words);
    node.addEventListener("click", action);
    return node;
  }

  function copyInto(target, source) {
    target.replaceChildren();
    source.childNodes.forEach(function (child) { target.append(child.cloneNode(true)); });
  }

  function Card(box) {
    this.id = box.dataset.card;
    this.kind = box.dataset.kind;
    this.kindTitle = box.dataset.kindTitle;
    this.chapter = box.dataset.chapter;
    this.chapterTitle = box.dataset.chapterTitle;
    this.digest = box.dataset.digest;
    this.order = Number(box.dataset.order);
    this.label = box.querySelector(".ck-card-kind").textContent;
    this.front = box.querySelector(".ck-card-front");
    this.back = box.querySelector(".ck-card-back");
  }

  /* --- the trainer ----------------------------------------------------------------------------- */

  function Trainer(box, cards) {
    this.box = box;
    this.cards = cards;
    this.fsrs = window.FSRS.fsrs({ enable_fuzz: false });
    this.current = null; // {card, state}: the state is what was stored when it was shown
    this.open = false;
    this.last = null; // what undo takes back
    this.aheadSince = null;
    this.build();
    this.listen();
    this.next("");
  }

  Trainer.prototype.build = function () {
    var self = this;
    this.problem = make("p", { "class": "ck-storage-problem", role: "status" });
    this.counts = make("dl", { "class": "ck-trainer-counts" });
    this.label = make("p", { "class": "ck-card-kind" });
    this.front = make("p", { "class": "ck-trainer-front", tabindex: "-1" });
    this.back = make("div", {
      "class": "ck-trainer-back", tabindex: "-1", role: "group", "aria-label": "Answer"
    });
    this.show = button("ck-check", ["Show the answer"], function () { self.reveal(); });
    this.grades = make("div", {
      "class": "ck-trainer-grades", role: "group", "aria-label": "How well did you know it?"
    });
    this.status = make("p", { "class": "ck-trainer-status", role: "status" });
    this.ahead = button("ck-check", ["Study ahead"], function () {
      self.aheadSince = new Date();
      self.next("Studying ahead: each card comes once.", true);
    });
    this.undo = button("ck-reset", ["Undo the last answer"], function () { self.takeBack(); });
    this.box.replaceChildren(
      this.problem, this.counts,
      make("div", { "class": "ck-trainer-card" },
        [this.label, this.front, this.back, this.show, this.grades, this.ahead]),
      make("div", { "class": "ck-trainer-after" }, [this.status, this.undo]),
      make("div", { "class": "ck-trainer-controls" }, this.makeChoices()),
      make("p", { "class": "ck-trainer-keys" }, [
        "Keys, while you are in this box: ", make("kbd", {}, ["Space"]), " shows the answer, ",
        make("kbd", {}, ["1"]), " to ", make("kbd", {}, ["4"]), " say how well you knew it."
      ]),
      this.makeClearing()
    );
  };

  Trainer.prototype.makeChoices = function () {
    var self = this;
    function choice(words, options) {
      var select = make("select", {}, options.map(function (option) {
        return make("option", { value: option[0] }, [option[1]]);
      }));
      select.addEventListener("change", function () { self.next(""); });
      return [select, make("label", {}, [make("span", {}, [words]), " ", select])];
    }
    function found(key, name) {
      var seen = {};
      return [["", "all"]].concat(self.cards.filter(function (card) {
        var fresh = !seen[card[key]];
        seen[card[key]] = true;
        return fresh;
      }).map(function (card) { return [card[key], name(card)]; }));
    }
    var kinds = choice("Kind", found("kind", function (card) { return card.kindTitle; }));
    var chapters = choice("Chapter", found("chapter", function (card) { return card.chapterTitle; })
      .sort(function (one, other) {
        return !one[0] ? -1 : !other[0] ? 1 : one[1].localeCompare(other[1]);
      }));
    this.kind = kinds[0];
    this.chapter = chapters[0];
    this.limit = make("input", { type: "number", min: "0", max: String(MOST_PER_DAY), step: "1" });
    this.limit.addEventListener("change", function () { self.setLimit(); });
    return [kinds[1], chapters[1], make("label", {}, [make("span", {}, ["New cards a day"]), " ", this.limit])];
  };

  Trainer.prototype.makeClearing = function () {
    var self = this, question = make("span", {});
    var keep = button("ck-check", ["Keep it"], function () { close(); ask.focus(); });
    var confirm = make("p", { "class": "ck-trainer-confirm", hidden: "" }, [
      question, " ",
      button("ck-reset ck-delete", ["Delete it"], function () {
        storage.remove(NAME, VERSION);
        unsaved = null;
        self.last = self.aheadSince = null;
        close();
        self.next("The progress is deleted. All cards are new.", true);
      }), " ", keep
    ]);
    var ask = button("ck-reset", ["Clear progress"], function () {
      var count = Object.keys(readDeck().deck.cards).length;
      question.textContent = "Delete the progress of " + plural(count, "card") +
        " in this browser? There is no way back.";
      confirm.hidden = false;
      ask.hidden = true;
      keep.focus();
    });
    function close() { confirm.hidden = true; ask.hidden = false; }
    return make("div", { "class": "ck-trainer-clear" }, [ask, confirm]);
  };

  Trainer.prototype.listen = function () {
    var self = this;
    this.box.addEventListener("keydown", function (event) {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (/^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName)) return;
      var native = /^(BUTTON|A)$/.test(event.target.tagName);
      if (event.key === " " && self.current && !self.open && !native) {
        event.preventDefault();
        self.reveal();
      } else if (/^[1-4]$/.test(event.key) && self.open) {
        event.preventDefault();
        self.answer(Number(event.key));
      }
    });
    window.addEventListener("storage", function () { self.lookAround(); });
    document.addEventListener("visibilitychange", function () {
      if (!document.hidden) self.lookAround();
    });
  };

  /* Another tab may have answered, and a new day may have begun. */
  Trainer.prototype.lookAround = function () {
    var read = readDeck();
    if (this.current && this.current.state === stateOf(read.deck, this.current.card)) {
      this.tell(read);
    } else {
      this.next(this.current ? "This card was answered in another tab." : "");
    }
  };

  Trainer.prototype.chosen = function () {
    var kind = this.kind.value, chapter = this.chapter.value;
    return this.cards.filter(function (card) {
      return (!kind || card.kind === kind) && (!chapter || card.chapter === chapter);
    });
  };

  /* What there is to do, first things first. */
  Trainer.prototype.plan = function (deck) {
    var now = new Date(), morning = tomorrow(now), aheadSince = this.aheadSince;
    var plan = { steps: [], reviews: [], fresh: [], soon: [], later: [], learned: 0, unread: 0 };
    var chosen = this.chosen();
    chosen.forEach(function (card) {
      var entry = deck.cards[card.id];
      if (!isEntry(entry)) {
        if (entry !== undefined) plan.unread += 1;
        plan.fresh.push(card);
        return;
      }
      var due = new Date(entry.fsrs.due), learning = entry.fsrs.state !== REVIEW;
      card.due = due;
      if (!learning) plan.learned += 1;
      if (entry.digest !== card.digest) plan.reviews.push(card); // it says something else now
      else if (learning && due <= now) plan.steps.push(card);
      else if (learning && due - now <= LEARN_AHEAD) plan.soon.push(card);
      else if (!learning && due < morning) plan.reviews.push(card);
      else plan.later.push(card);
    });
    plan.all = chosen.length;
    function byDue(one, other) { return one.due - other.due || one.order - other.order; }
    [plan.steps, plan.reviews, plan.soon, plan.later].forEach(function (list) { list.sort(byDue); });
    plan.fresh.sort(function (one, other) { return one.order - other.order; });
    plan.unseen = plan.fresh.length;
    plan.fresh = plan.fresh.slice(0, Math.max(0, deck.newPerDay - deck.day.fresh));
    plan.ahead = !aheadSince ? [] : plan.later.filter(function (card) {
      return new Date(deck.cards[card.id].fsrs.last_review) < aheadSince;
    });
    plan.queue = plan.steps.concat(plan.reviews, plan.fresh, plan.soon, plan.ahead);
    return plan;
  };

  Trainer.prototype.tell = function (read, problem) {
    var plan = this.plan(read.deck);
    var words = problem || read.problem || (plan.unread && "What this browser had stored about " +
      plural(plan.unread, "card") + " could not be read; those begin anew.");
    if (words) this.problem.textContent = words;
    this.problem.hidden = !this.problem.textContent;
    this.limit.value = read.deck.newPerDay;
    this.undo.disabled = !this.last;
    this.counts.replaceChildren();
    [["Due", plan.steps.length + plan.reviews.length + plan.soon.length],
      ["New", plan.fresh.length],
      ["Learned", plan.learned + " of " + plan.all]].forEach(function (row) {
      this.counts.append(make("div", {}, [make("dt", {}, [row[0]]), make("dd", {}, [String(row[1])])]));
    }, this);
    return plan;
  };

  Trainer.prototype.next = function (words, takeFocus, problem) {
    var read = readDeck(), plan = this.tell(read, problem), card = plan.queue[0];
    if (card) this.ask(card, read.deck);
    else this.rest(plan, read.deck);
    this.status.textContent = words;
    if (takeFocus) this.front.focus();
  };

  Trainer.prototype.ask = function (card, deck) {
    var entry = deck.cards[card.id];
    this.current = { card: card, state: stateOf(deck, card) };
    this.open = false;
    this.label.textContent = card.label +
      (!isEntry(entry) ? " · new" : entry.digest !== card.digest ? " · reworded since your last answer" : "");
    copyInto(this.front, card.front);
    this.arrange();
  };

  Trainer.prototype.rest = function (plan, deck) {
    this.current = null;
    this.open = false;
    this.label.textContent = "Done for today";
    var words = "Nothing is due.";
    if (plan.later.length) {
      var due = plan.later[0].due, midnight = tomorrow(new Date());
      words += due - midnight < DAY ? " The next card comes tomorrow." :
        " The next card comes on " + due.toLocaleDateString("en-US",
          { weekday: "long", month: "long", day: "numeric" }) + ".";
    }
    if (plan.unseen && deck.newPerDay) {
      words += " Tomorrow brings " + plural(Math.min(plan.unseen, deck.newPerDay), "new card") +
        "; for more today, raise the number below.";
    } else if (plan.unseen) {
      words += " " + plural(plan.unseen, "card") + " are new: raise the number below to see them.";
    }
    this.front.textContent = words;
    this.aheadSince = null;
    this.arrange();
    this.ahead.hidden = !plan.later.length;
  };

  /* Show what belongs to the moment: a question, an answer, or nothing to do. */
  Trainer.prototype.arrange = function () {
    this.show.hidden = !this.current || this.open;
    this.back.hidden = this.grades.hidden = !this.open;
    this.ahead.hidden = true;
    this.box.dataset.state = this.open ? "answer" : this.current ? "question" : "done";
  };

  Trainer.prototype.schedule = function (card, deck) {
    var now = new Date(), entry = deck.cards[card.id];
    var known = isEntry(entry) ? entry.fsrs : window.FSRS.createEmptyCard(now);
    return { now: now, results: this.fsrs.repeat(known, now) };
  };

  Trainer.prototype.reveal = function () {
    var self = this, card = this.current.card, plan = this.schedule(card, readDeck().deck);
    this.open = true;
    copyInto(this.back, card.back);
    this.grades.replaceChildren();
    GRADES.forEach(function (name, index) {
      var due = plan.results[index + 1].card.due;
      self.grades.append(button("ck-grade ck-grade-" + name.toLowerCase(), [
        make("span", { "class": "ck-grade-name" }, [name]), " ",
        make("span", { "class": "ck-grade-interval" }, [interval(due - plan.now)])
      ], function () { self.answer(index + 1); }));
    });
    this.arrange();
    this.status.textContent = "";
    this.back.focus();
  };

  Trainer.prototype.answer = function (grade) {
    var card = this.current.card, deck = readDeck().deck, before = deck.cards[card.id];
    if (this.current.state !== stateOf(deck, card)) {
      this.next("This card was answered in another tab meanwhile; that answer counts.", true);
      return;
    }
    var plan = this.schedule(card, deck), result = plan.results[grade].card;
    deck.cards[card.id] = { digest: card.digest, fsrs: JSON.parse(JSON.stringify(result)) };
    if (!isEntry(before)) deck.day.fresh += 1;
    this.last = { card: card, before: before, after: stateOf(deck, card) };
    var problem = writeDeck(deck);
    this.next(GRADES[grade - 1] + ": this card comes again in " +
      interval(result.due - plan.now) + ".", true, problem);
  };

  Trainer.prototype.takeBack = function () {
    var last = this.last, deck = readDeck().deck;
    this.last = null;
    if (stateOf(deck, last.card) !== last.after) {
      this.next("That card was answered in another tab since, so nothing was undone.", true);
      return;
    }
    if (last.before === undefined) delete deck.cards[last.card.id];
    else deck.cards[last.card.id] = last.before;
    if (!isEntry(last.before)) deck.day.fresh = Math.max(0, deck.day.fresh - 1);
    var problem = writeDeck(deck);
    this.next("Undone: answer this card again.", false, problem);
    this.ask(last.card, deck);
    this.front.focus();
  };

  Trainer.prototype.setLimit = function () {
    var deck = readDeck().deck, wanted = Number(this.limit.value);
    if (this.limit.value !== "" && wanted >= 0 && wanted <= MOST_PER_DAY) {
      deck.newPerDay = Math.floor(wanted);
    }
    var problem = writeDeck(deck);
    if (this.current) this.tell(readDeck(), problem); // an answer that is open stays open
    else this.next("", false, problem);
  };

  function start() {
    var box = document.querySelector(".ck-trainer");
    box.classList.add("ck-started"); // from here on it is as high as what is in it
    if (!window.FSRS) {
      box.append(make("p", { "class": "ck-storage-problem" }, ["The scheduling library did not " +
        "load, so nothing is scheduled here. Build the book anew with make book."]));
      return;
    }
    var boxes = Array.prototype.slice.call(document.querySelectorAll(".ck-card"));
    new Trainer(box, boxes.map(function (one) { return new Card(one); }));
  }

  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
  else start();
})();
