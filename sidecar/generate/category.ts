import type { Category } from '../protocol/words.ts';

const SIGNS: readonly (readonly [Category, RegExp, number])[] = [
  [
    'testing',
    /\b(?:unit |integration )?tests?\b(?! (?:this|that|it|the) out)|\btest cases?\b|\bpytest\b|\bvitest\b|\bjest\b|\bmock(?:s|ing)?\b|\bcoverage\b/i,
    3,
  ],
  [
    'debugging',
    /\b(?:fix(?:es|ing)?|bug(?:s|gy)?|debug|crash(?:es|ed|ing)?|traceback|stack ?trace|broken|fails?|failing|does(?: not|n't) work|not working|exception|error:|why (?:does|is|do) (?:this|it|my).*(?:fail|crash|throw|wrong|not))\b/i,
    3,
  ],
  [
    'refactoring',
    /\b(?:refactor(?:s|ing)?|clean ?up|simplif(?:y|ies)|restructure|rewrite|rename|extract (?:a |the )?(?:method|function|class)|improve (?:this|the) code|deduplicate|make (?:this|it) (?:cleaner|shorter|faster|more readable))\b|\bmake this\b/i,
    3,
  ],
  ['documentation', /\b(?:document(?:ation)?|docstrings?|readme|jsdoc|tsdoc|comments?|changelog)\b/i, 3],
  [
    'explanation',
    /^\s*(?:what|why|how (?:does|do|is|are|come)|when|which|who|explain|describe|tell me)\b|\bexplain\b|\bwhat (?:does|is|are)\b|\bdifference between\b/i,
    3,
  ],
  [
    'design',
    /\b(?:architect(?:ure)?|design(?: a| the| an)?|system design|schema|data model|trade-?offs?|which (?:pattern|approach)|plan (?:a|the|for)|structure (?:a|the|my) (?:project|app|service))\b/i,
    2.5,
  ],
  [
    'code_generation',
    /\b(?:write|create|implement|generate|build|add|make|code|give me)\b|\b(?:function|class|script|endpoint|component|program|query|regex)\b/i,
    2,
  ],
];

/** The category that a prompt most likely belongs to. */
export function detectCategory(prompt: string): Category {
  const head = prompt.slice(0, 1_000);
  let best: Category = 'other';
  let bestScore = 0;
  for (const [category, sign, weight] of SIGNS) {
    const at = head.search(sign);
    if (at < 0) continue;
    // What a prompt begins with is what it asks for; later words are often only what it is about.
    const score = weight + (at < 12 ? 1.5 : at < 40 ? 0.5 : 0);
    if (score > bestScore) {
      best = category;
      bestScore = score;
    }
  }
  return best;
}
