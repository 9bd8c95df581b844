import { bracketsBalance } from './bracketsBalance.ts';
import { codeVariants } from './codeVariants.ts';
import { type Frame, framesFor, plainFrame } from './fragmentFrames.ts';
import { type Grammar, RELATED } from './grammars.ts';

export type SyntaxVerdict = 'ok' | 'broken' | 'unknown';

/** Parses a text with a grammar: whether it is free of errors, or undefined where that can't be told. */
export type TryParse = (grammar: Grammar, text: string) => Promise<boolean | undefined>;

/** Beyond it nothing is parsed, in UTF-16 units. */
export const MAX_CODE = 60_000;
/** Pieces of a text that mixes, say, imports and members of a class. */
const MAX_PIECES = 24;
/** Languages that no grammar here reads, under the name of one that is read. */
const FOREIGN =
  /^\s*(?:Shader\s+"|<template\b|<!DOCTYPE\b)|^(?:#property|input (?:int|double|bool|string))\s/im;
const MACRO = /\b(?:[A-Z_][A-Z0-9_]{3,}|__\w+)\b/;
/** What answers put under the wrong word, tried as a whole program; the grammars of others would take too much. */
const MISTAKEN: Readonly<Partial<Record<Grammar, readonly Grammar[]>>> = {
  css: ['python', 'tsx'],
  python: ['tsx', 'c-sharp'],
};

/**
 * Whether code is broken. A snippet is no file: whatever parses as some part of one, in some reading, is `ok`. Being
 * too long or too slow to tell, or being another language than it says, is `unknown`.
 */
export async function syntaxVerdict(
  grammar: Grammar,
  code: string,
  tryParse: TryParse,
): Promise<SyntaxVerdict> {
  if (code.length > MAX_CODE) return 'unknown';
  if (code.trim() === '') return 'ok';
  const variants = codeVariants(grammar, code);
  const grammars = [grammar, ...(RELATED[grammar] ?? [])];
  let isUnsure = false;
  const parses = async (by: Grammar, [before, after]: Frame, text: string): Promise<boolean> => {
    const parsed = await tryParse(by, `${before}${text}${after}\n`);
    isUnsure ||= parsed === undefined;
    return parsed === true;
  };
  const readable = async (text: string): Promise<boolean> => {
    for (const by of grammars) {
      for (const frame of framesFor(by, text)) if (await parses(by, frame, text)) return true;
    }
    return false;
  };
  for (const text of variants) {
    if (await readable(text)) return 'ok';
    if (isUnsure) return 'unknown';
  }
  for (const text of variants) if (await everyPiece(text, readable)) return 'ok';
  if (isUnsure || FOREIGN.test(code)) return 'unknown';
  for (const other of MISTAKEN[grammar] ?? ['python']) {
    if (await parses(other, plainFrame(other, code), code)) return 'unknown';
  }
  return isUnsure || hidesBehindMacros(grammar, code) ? 'unknown' : 'broken';
}

/** What a macro stands for is not known: with the brackets right, an error may be none. */
const hidesBehindMacros = (grammar: Grammar, code: string): boolean =>
  grammar === 'cpp' && MACRO.test(code) && bracketsBalance(code);

async function everyPiece(text: string, readable: (piece: string) => Promise<boolean>): Promise<boolean> {
  const pieces = piecesOf(text);
  if (pieces.length < 2 || pieces.length > MAX_PIECES) return false;
  for (const piece of pieces) if (!(await readable(piece))) return false;
  return true;
}

/** Parted at empty lines that are followed by a line without indentation. */
const piecesOf = (text: string): string[] =>
  text.split(/\n[ \t]*\n(?=[^\s})\]])/).filter((piece) => piece.trim() !== '');
