import type { Column } from './column.ts';

/**
 * The rows that belong to one request, linked one to the next. A reference to a row is that row plus one; 0 is none,
 * and the end.
 */
export interface RowChain {
  /** The request, by row. */
  readonly request: Column;
  /** The first row, by request. */
  readonly first: Column;
  readonly next: Column;
}

/** The rows of a request, in no order. */
export function chainedRows({ first, next }: RowChain, request: number): number[] {
  const rows: number[] = [];
  for (let each = first.at(request); each > 0; each = next.at(each - 1)) rows.push(each - 1);
  return rows;
}

/** Puts a row into the chain of a request, given as its row plus one; returns the request that had it, like that. */
export function chainRow(chain: RowChain, row: number, request: number): number {
  const before = chain.request.at(row);
  if (before === request) return before;
  chain.request.set(row, request);
  if (before > 0) unchain(chain, before - 1, row);
  chain.next.set(row, chain.first.at(request - 1));
  chain.first.set(request - 1, row + 1);
  return before;
}

function unchain({ first, next }: RowChain, request: number, row: number): void {
  if (first.at(request) === row + 1) {
    first.set(request, next.at(row));
    return;
  }
  for (let each = first.at(request); each > 0; each = next.at(each - 1)) {
    if (next.at(each - 1) !== row + 1) continue;
    next.set(each - 1, next.at(row));
    return;
  }
}
