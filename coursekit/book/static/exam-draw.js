/* The practice exam's arithmetic: which version, which questions, what was right. Pure functions:
   no page, no storage, no clock, and chance only from the `random` that is passed in. */
(function () {
  "use strict";

  function shuffled(list, random) {
    var copy = list.slice();
    for (var last = copy.length - 1; last > 0; last -= 1) {
      var other = Math.floor(random() * (last + 1));
      var kept = copy[last];
      copy[last] = copy[other];
      copy[other] = kept;
    }
    return copy;
  }

  /* A day as the data file writes it, by the reader's own calendar. */
  function dayOf(milliseconds) {
    var date = new Date(milliseconds);
    function two(number) { return String(number).padStart(2, "0"); }
    return date.getFullYear() + "-" + two(date.getMonth() + 1) + "-" + two(date.getDate());
  }

  /* The versions that can be taken on this day or later: [{family, version, isCurrent}]. */
  function offered(exams, day) {
    var found = [];
    exams.forEach(function (family) {
      family.versions.forEach(function (version) {
        if (version.valid_until !== null && version.valid_until < day) return;
        var isCurrent = version.valid_from === null || version.valid_from <= day;
        found.push({ family: family, version: version, isCurrent: isCurrent });
      });
    });
    return found;
  }

  /* The questions that fit: `family`, `chapter` and `topics` each count where they are given. */
  function pool(questions, filter) {
    return questions.filter(function (question) {
      return (!filter.family || question.exams.indexOf(filter.family) >= 0) &&
        (!filter.chapter || question.chapter === filter.chapter) &&
        (!filter.topics || question.topics.some(function (topic) {
          return filter.topics.indexOf(topic) >= 0;
        }));
    });
  }

  /* The positions of the domains that a question belongs to. */
  function domainsOf(question, domains) {
    var found = [];
    domains.forEach(function (domain, number) {
      function isOfDomain(topic) { return domain.topics.indexOf(topic) >= 0; }
      if (question.topics.some(isOfDomain)) found.push(number);
    });
    return found;
  }

  /* How many of `count` questions each domain gets: by weight, or evenly where weights are not
     known; what rounding leaves over goes to the largest remainders. */
  function quotas(domains, count) {
    var whole = domains.every(function (domain) { return domain.weight_percent !== null; });
    var total = domains.reduce(function (sum, domain) {
      return sum + (whole ? domain.weight_percent : 1);
    }, 0);
    var exact = domains.map(function (domain) {
      return count * (whole ? domain.weight_percent : 1) / total;
    });
    var shares = exact.map(Math.floor);
    var left = count - shares.reduce(function (sum, share) { return sum + share; }, 0);
    exact.map(function (share, number) { return { number: number, rest: share - shares[number] }; })
      .sort(function (one, other) { return other.rest - one.rest || one.number - other.number; })
      .slice(0, left)
      .forEach(function (entry) { shares[entry.number] += 1; });
    return shares;
  }

  /* Draw up to `count` different questions: [{question, domain}], domain as a position or -1.
     A question may fit several domains, so seats are given by augmenting paths: a domain's share is
     missed only where no choice of questions could have met it. Then others fill its seats. */
  function draw(questions, domains, count, random) {
    var drawn = shuffled(questions, random), fits = drawn.map(function (question) {
      return domainsOf(question, domains);
    });
    count = Math.min(count, drawn.length);
    var seats = [], seatOf = {};
    quotas(domains, count).forEach(function (share, domain) {
      for (var number = 0; number < share; number += 1) seats.push(domain);
    });

    function findPlace(seat, tried) {
      var possible = [];
      fits.forEach(function (fitting, number) {
        if (!tried[number] && fitting.indexOf(seats[seat]) >= 0) possible.push(number);
      });
      var free = possible.find(function (number) { return seatOf[number] === undefined; });
      if (free !== undefined) { seatOf[free] = seat; return true; }
      return possible.some(function (number) {
        if (tried[number]) return false;
        tried[number] = true;
        if (!findPlace(seatOf[number], tried)) return false;
        seatOf[number] = seat;
        return true;
      });
    }

    seats.forEach(function (domain, seat) { findPlace(seat, {}); });
    var chosen = [], rest = [];
    drawn.forEach(function (question, number) {
      var seat = seatOf[number];
      if (seat !== undefined) chosen.push({ question: question, domain: seats[seat] });
      else rest.push({ question: question, domain: fits[number].length ? fits[number][0] : -1 });
    });
    return shuffled(chosen.concat(rest.slice(0, count - chosen.length)), random);
  }

  /* Minutes for an exam that has fewer questions than the real one: the same pace. */
  function minutesFor(count, version) {
    return Math.ceil(count * version.minutes / version.questions);
  }

  function rightOptions(question) {
    var found = [];
    question.options.forEach(function (option, number) { if (option.right) found.push(number); });
    return found;
  }

  /* "right", "wrong" or "unanswered"; fewer or more options than asked for are not right. */
  function judge(question, chosen) {
    if (chosen.length === 0) return "unanswered";
    var right = rightOptions(question);
    var same = right.length === chosen.length && right.every(function (number) {
      return chosen.indexOf(number) >= 0;
    });
    return same ? "right" : "wrong";
  }

  /* Count right answers by key: [{key, right, of}], the weakest first. `keysOf(entry)` lists the
     keys of an entry {outcome}. */
  function tally(entries, keysOf) {
    var rows = {}, order = [];
    entries.forEach(function (entry) {
      keysOf(entry).forEach(function (key) {
        if (!rows[key]) { rows[key] = { key: key, right: 0, of: 0 }; order.push(key); }
        rows[key].of += 1;
        if (entry.outcome === "right") rows[key].right += 1;
      });
    });
    return order.map(function (key) { return rows[key]; }).sort(function (one, other) {
      return one.right / one.of - other.right / other.of || other.of - one.of;
    });
  }

  window.examDraw = {
    shuffled: shuffled, dayOf: dayOf, offered: offered, pool: pool, domainsOf: domainsOf,
    quotas: quotas, draw: draw, minutesFor: minutesFor, rightOptions: rightOptions, judge: judge,
    tally: tally
  };
})();
