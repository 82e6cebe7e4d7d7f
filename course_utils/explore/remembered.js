// A value that is kept until what it is made of changes.
// deno-lint-ignore-file no-unused-vars -- the figures use what is defined here

/** What `make` gives, made anew only if what it is made of has changed. */
function remembered(make) {
  let before = [];
  let made;
  return (...given) => {
    if (given.some((v, i) => v !== before[i])) made = make(...given);
    before = given;
    return made;
  };
}
