/** Usual words of German, French and Spanish requests; these are asked about in their own words. */
const OTHER_LANGUAGE =
  /[^\x20-\x7e\u2018\u2019]|\b(?:baue?|erstelle?|mache?|schreibe?|eine?[nmrs]?|der|die|das|mit|und|f(?:ue|u)r|bitte|ist|fais|ecris|cree|avec|une?|les?|pour|crea|haz|escribe|con|para|los|las)\b/i;

/** True where a request may be asked about in English. */
export const isEnglish = (prompt: string): boolean => !OTHER_LANGUAGE.test(prompt);
