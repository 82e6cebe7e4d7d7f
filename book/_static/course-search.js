/* The book is spelled as in Britain; a search may be spelled as in America. */
(() => {
  "use strict";
  const ENDING = /(?<=[a-z]{3})(i|y)z(?=(e|es|ed|er|ers|ing|ation|ations|able)\b)/g;
  const SIZE = /\b\w{0,4}siz(e|es|ed|ing)\b/; // size, resize, oversized
  const WORDS = {
    behavior: "behaviour",
    center: "centre",
    color: "colour",
    gray: "grey",
    labeled: "labelled",
    modeling: "modelling",
    neighbor: "neighbour",
  };

  function british(word) {
    const [stem] = word.match(/[a-z]+?(?=s?$)/) ?? [word];
    if (Object.hasOwn(WORDS, stem)) return word.replace(stem, WORDS[stem]);
    return SIZE.test(word) ? word : word.replace(ENDING, "$1s");
  }

  function spelled(query) {
    return query.toLowerCase().split(/\s+/).map(british).join(" ");
  }

  /* This listener was there before that of the search, so it comes first. */
  document.addEventListener("DOMContentLoaded", () => {
    if (typeof Search === "undefined") return;
    const search = Search.performSearch;
    Search.performSearch = (query) => search(spelled(query));
  });
})();
