// What the script says: sentences with named places, in the language of the page.

const { lang: LANG, sentences: SENTENCES } = JSON.parse(document.getElementById("sentences").textContent);
const PLURAL = new Intl.PluralRules(LANG);
const NUMBER = new Intl.NumberFormat(LANG);

/** Return a sentence as strings and nodes; `count` chooses the plural form. */
function say(key, values = {}) {
  let sentence = SENTENCES[key];
  if (typeof sentence !== "string") sentence = sentence[PLURAL.select(values.count)] ?? sentence.other;
  return sentence.split(/\{(\w+)\}/).map((part, at) => {
    if (at % 2 === 0) return part;
    return typeof values[part] === "number" ? NUMBER.format(values[part]) : values[part];
  });
}

/** Return a sentence whose values are numbers and strings as one string. */
const sayText = (key, values) => say(key, values).join("");
