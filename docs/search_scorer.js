// Pages come before the names of functions: one who types "refund" wants the guide first.
var Scorer = {
  score: ([docname, title, anchor, descr, score, filename, kind]) => (kind === "object" ? score - 8 : score),
  objNameMatch: 11,
  objPartialMatch: 6,
  objPrio: { 0: 15, 1: 5, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
