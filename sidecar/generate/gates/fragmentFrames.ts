import type { Grammar } from './grammars.ts';

/** Text before and after a fragment that make a file of it. */
export type Frame = readonly [before: string, after: string];

const FUNCTION_C: Frame = ['void f() {', '\n}'];
const INITIALISER: Frame = ['int x[] = {', '\n};'];

const SCRIPT: readonly Frame[] = [
  ['async function* f() {', '\n}'],
  ['class C extends D {', '\n}'],
  ['x = {', '\n}'],
  ['x = (', '\n)'],
  ['x = [', '\n]'],
  ['f(', '\n)'],
  ['switch (x) {', '\n}'],
];
/** Only for what begins as markup or a hole in it: all other text would pass as the text between two tags. */
const MARKUP: readonly Frame[] = [['x = <>', '\n</>']];
/** What ends in the fragment began before it. */
const BRANCHES: readonly Frame[] = [
  ['if (x) {', '\n'],
  ['try {', '\n'],
];
const TYPES: readonly Frame[] = [
  ['interface I {', '\n}'],
  ['type T =', ''],
  ['abstract class C {', '\n}'],
];

/**
 * What a fragment may be a part of, most likely first: statements of a function, members of a class, entries of a
 * literal, branches. Each closes what it opens.
 */
const FRAMES: Readonly<Record<Grammar, readonly Frame[]>> = {
  bash: [
    ['case x in\n', '\nesac'],
    ['x=(', '\n)'],
  ],
  'c-sharp': [
    ['class C { async Task F() {', '\n} }'],
    ['class C {', '\n}'],
    ['class C { int P {', '\n} }'],
    ['enum E {', '\n}'],
    ['interface I {', '\n}'],
    ['var x = new X {', '\n};'],
    ['var x = ', ';'],
    ['F(', '\n);'],
    ['class C { void F() { switch (x) {', '\n} } }'],
  ],
  cpp: [
    FUNCTION_C,
    ['struct S {', '\n};'],
    ['void f() { switch (x) {', '\n} }'],
    INITIALISER,
    ['enum E {', '\n};'],
    ['auto x = ', ';'],
    ['f(', '\n);'],
    ['struct S { S()', '{} };'],
  ],
  css: [
    ['a {', '\n}'],
    ['@media x {', '\n}'],
    ['a { x:', '; }'],
  ],
  go: [
    ['package p\nfunc f() {', '\n}'],
    ['package p\ntype S struct {', '\n}'],
    ['package p\ntype I interface {', '\n}'],
    ['package p\nvar x = T{', '\n}'],
    ['package p\nfunc f() { switch x {', '\n} }'],
    ['package p\nfunc f() { select {', '\n} }'],
    ['package p\nvar x = ', ''],
    ['package p\nimport (', '\n)'],
  ],
  java: [
    ['class C { void f() {', '\n} }'],
    ['class C {', '\n}'],
    ['interface I {', '\n}'],
    ['enum E {', '\n}'],
    ['class C { void f() { switch (x) {', '\n} } }'],
    ['class C { int[] x = {', '\n}; }'],
    ['class C { Object x = ', '; }'],
  ],
  javascript: SCRIPT,
  json: [
    ['(', '\n)'],
    ['({', '\n})'],
    ['([', '\n])'],
    // A response's head, or several documents in one block.
    ['', ''],
  ],
  php: [
    ['<?php ', '\n'],
    ['<?php function f() {', '\n}'],
    ['<?php class C {', '\n}'],
    ['<?php interface I {', '\n}'],
    ['<?php $x = [', '\n];'],
    ['<?php $x = ', ';'],
    ['<?php f(', '\n);'],
    ['<?php switch ($x) {', '\n}'],
  ],
  python: [
    ['x = {', '\n}'],
    ['x = [', '\n]'],
    ['f(', '\n)'],
    ['x = (', '\n)'],
    ['match x:\n', ''],
  ],
  ruby: [
    ['x = {', '\n}'],
    ['f(', '\n)'],
    ['case x\n', '\nend'],
  ],
  rust: [
    ['fn f() {', '\n}'],
    ['impl S {', '\n}'],
    ['struct S {', '\n}'],
    ['enum E {', '\n}'],
    ['fn f() { match x {', '\n} }'],
    ['fn f() { let x = S {', '\n}; }'],
    ['fn f() { let x = ', '; }'],
    ['fn f() { g(', '\n); }'],
  ],
  tsx: [...SCRIPT, ...TYPES],
  typescript: [...SCRIPT, ...TYPES],
};

/** Frames for a fragment that goes on with something that it doesn't show: it begins with the end of a branch. */
const CONTINUATIONS: Readonly<Partial<Record<Grammar, readonly Frame[]>>> = {
  bash: [['if true; then :\n', '\n']],
  'c-sharp': [
    ['class C { void F() { if (x) {', '\n} }'],
    ['class C { void F() { try {', '\n} }'],
  ],
  cpp: [
    ['void f() { if (x) {', '\n}'],
    ['void f() { try {', '\n}'],
  ],
  go: [['package p\nfunc f() { if x {', '\n}']],
  java: [
    ['class C { void f() { if (x) {', '\n} }'],
    ['class C { void f() { try {', '\n} }'],
  ],
  javascript: BRANCHES,
  php: BRANCHES.map(([before, after]): Frame => [`<?php ${before}`, after]),
  python: [
    ['if x:\n pass\n', '\n'],
    ['try:\n pass\n', '\n'],
  ],
  ruby: [
    ['if x\n', '\n'],
    ['begin\n', '\n'],
  ],
  rust: [['fn f() { if x {', '\n}']],
  tsx: BRANCHES,
  typescript: BRANCHES,
};
const MARKUP_GRAMMARS: ReadonlySet<Grammar> = new Set(['javascript', 'tsx']);
const BEGINS_WITH_AN_END = /^\s*(?:\}|(?:else|elif|elsif|elseif|except|finally|catch|rescue|fi|end)\b)/;

/** Frames to try for a text, as it is first. */
export function framesFor(grammar: Grammar, code: string): readonly Frame[] {
  const continued = BEGINS_WITH_AN_END.test(code) ? (CONTINUATIONS[grammar] ?? []) : [];
  const markup = MARKUP_GRAMMARS.has(grammar) && /^\s*[<{]/.test(code) ? MARKUP : [];
  return [plainFrame(grammar, code), ...FRAMES[grammar], ...markup, ...continued];
}

/** PHP outside its tags is HTML, which would hide every mistake. */
export function plainFrame(grammar: Grammar, code: string): Frame {
  if (grammar === 'php' && !code.includes('<?')) return ['<?php ', '\n'];
  return grammar === 'json' ? ['(', '\n)'] : ['', '\n'];
}
