/* Sphinx's scores, and among pages of one score the order in which a reader wants them. */
var Scorer = {
  objNameMatch: 11, objPartialMatch: 6, objPrio: { 0: 15, 1: 5, 2: -5 }, objPrioDefault: 0,
  title: 15, partialTitle: 7, term: 5, partialTerm: 2,
  score: function (result) {
    var page = result[0], score = result[4];
    if (/^book\/(patterns|traps|mnemonics)\//.test(page) || /\/symptoms$/.test(page)) return score + 2;
    return /^labs\//.test(page) ? score + 1 : score;
  }
};
