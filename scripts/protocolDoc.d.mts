/** The text of docs/PROTOCOL.md. */
export function protocolDoc(): string;
