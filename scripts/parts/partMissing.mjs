/** A part that this machine lacks and that may not be installed here unasked; `message` says what to install. */
export class PartMissing extends Error {
  constructor(part, message) {
    super(message);
    this.name = 'PartMissing';
    this.part = part;
  }
}

/** Looking only, the default of the tests' helpers: says how to get the part instead of getting it. */
export const lookOnly = { install: false, say: () => {} };
