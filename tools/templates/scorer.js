/* What a page earns that holds the word of a search: a heading before any word of the text. */
var Scorer = {
  objNameMatch: 90,
  objPartialMatch: 50,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 100,
  partialTitle: 40,
  term: 5,
  partialTerm: 2,
};
