import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { FEATURE_NAMES, type FeatureName } from '../../../sidecar/learn/preference/featureNames.ts';
import { FEATURE_WORDS } from '../../../sidecar/learn/preference/featureWords.ts';

/** Weights of standardised features by name: what a scripted user likes, and the product does not know. */
const personaSchema = z.partialRecord(z.enum(FEATURE_NAMES), z.number());
export type Persona = z.infer<typeof personaSchema>;
const personasSchema = z.record(z.string(), personaSchema);

const OPEN_PERSONAS: Readonly<Record<string, Persona>> = {
  terse: { log_prose: -1.2, closing: -0.6, sure: -0.6, log_pre: -0.6 },
  robust: { type_hints: 1, err: 1, docstring: 0.7, guard: 0.6 },
  commented: { comment_ratio: 1, inline_comment_ratio: 0.6, example: 0.7, short_ids: -0.6 },
  functional: { compreh: 1, loops: -0.9, const: 0.6, var: -0.6, print: -0.5 },
};

/** Personas of a JSON file `{name: {feature: weight}}`; the four open ones without a file. */
export function readPersonas(path: string | undefined): Readonly<Record<string, Persona>> {
  return path === undefined ? OPEN_PERSONAS : personasSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/** How much one feature of an answer adds to a persona's utility. */
export interface TastePart {
  readonly feature: FeatureName;
  readonly weight: number;
  /** Weight times the standardised feature. */
  readonly value: number;
}

/** @param standard the answer's features, standardised, in the order of their names */
export function tasteParts(persona: Persona, standard: Float64Array): TastePart[] {
  return FEATURE_NAMES.flatMap((feature, i) => {
    const weight = persona[feature];
    return weight === undefined ? [] : [{ feature, weight, value: weight * (standard[i] ?? 0) }];
  });
}

/** Tags that the product has for a feature that is missed or too much. */
const TAGS: Readonly<Record<string, string>> = {
  'err 1': 'missing_error_handling',
  'docstring 1': 'missing_docs',
  'tests 1': 'missing_tests',
  'short_ids -1': 'poor_names',
  'log_chars -1': 'too_long',
  'depth -1': 'too_complex',
  'risky -1': 'insecure',
};

export interface Complaint {
  readonly reasons: readonly string[];
  readonly note: string | undefined;
}

/** What a persona says of an answer that it denies: what it likes least, by a tag where there is one, else in a note. */
export function complaintOf(parts: readonly TastePart[]): Complaint {
  const lowest = parts.toSorted((a, b) => a.value - b.value)[0];
  if (!lowest) return { reasons: [], note: undefined };
  const tag = TAGS[`${lowest.feature} ${Math.sign(lowest.weight)}`];
  if (tag !== undefined) return { reasons: [tag], note: undefined };
  const words = FEATURE_WORDS[lowest.feature]?.label;
  const note = words && `${lowest.weight > 0 ? 'needs more' : 'less'} ${words}, please`;
  return { reasons: [], note };
}
