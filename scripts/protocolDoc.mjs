// node scripts/protocolDoc.mjs [--check]: writes docs/PROTOCOL.md from the method table. A test compares the two.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { ERRORS } from '../sidecar/protocol/errors.ts';
import { METHODS, PROTOCOL_VERSION } from '../sidecar/protocol/methods.ts';
import { SCOPES } from '../sidecar/protocol/scopes.ts';

const target = fileURLToPath(new URL('../docs/PROTOCOL.md', import.meta.url));

const INTRO = `# Protocol

Written by \`node scripts/protocolDoc.mjs\` from \`sidecar/protocol/\`; don't edit it by hand.

Version ${PROTOCOL_VERSION}, JSON-RPC 2.0. A window speaks it over the IPC channel of its forked sidecar, the terminal in
process, other programs with \`whetstone serve-stdio\` (Content-Length framing). \`initialize\` comes first. Every
message is checked on receipt. Cancellation is JSON-RPC's \`$/cancelRequest\`. An error carries
\`{code, what, why?, next?, details?}\` as its \`data\`.

Scopes: ${SCOPES.map((scope) => `\`${scope}\``).join(', ')}. A method that is not part of this version answers \`rpc.notYet\`.
`;

/** One line for a schema: `{name: string, limit?: integer}`. */
export function typeText(schema) {
  if (schema.$ref || Object.keys(schema).length === 0) return 'any value';
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum?.length === Object.keys(ERRORS).length) return 'error code';
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return union.map(typeText).join(' | ');
  if (schema.type === 'array') return arrayText(schema);
  if (schema.type === 'object') return objectText(schema);
  return schema.type ?? 'any value';
}

function arrayText({ items, prefixItems }) {
  if (prefixItems) return `[${prefixItems.map(typeText).join(', ')}]`;
  const item = typeText(items ?? {});
  return item.includes(' | ') ? `(${item})[]` : `${item}[]`;
}

function objectText({ properties, required = [], additionalProperties }) {
  if (!properties) return additionalProperties ? `{[name]: ${typeText(additionalProperties)}}` : '{}';
  const fields = Object.entries(properties).map(
    ([name, field]) => `${name}${required.includes(name) ? '' : '?'}: ${typeText(field)}`,
  );
  return `{${fields.join(', ')}}`;
}

const describe = (schema, io) => typeText(z.toJSONSchema(schema, { io, unrepresentable: 'any' }));

function methodText([name, entry]) {
  const lines = [`### ${name}`, '', entry.does, ''];
  if (entry.kind === 'notification')
    return [...lines, `- params: \`${describe(entry.params, 'output')}\``, ''];
  lines.push(`- scope: \`${entry.scope}\`${entry.since === 'later' ? '; not part of this version' : ''}`);
  lines.push(`- params: \`${describe(entry.params, 'input')}\``);
  if (entry.since === 'now') lines.push(`- result: \`${describe(entry.result, 'output')}\``);
  return [...lines, ''];
}

/** The whole page. */
export function protocolDoc() {
  const all = Object.entries(METHODS);
  const of = (kind) => all.filter(([, entry]) => entry.kind === kind).flatMap(methodText);
  const errors = Object.entries(ERRORS).map(
    ([code, { exit, retryable, actions }]) =>
      `| \`${code}\` | ${exit} | ${retryable ? 'yes' : 'no'} | ${actions.join(', ')} |`,
  );
  return [
    INTRO,
    '## Requests',
    '',
    ...of('request'),
    '## Notifications',
    '',
    ...of('notification'),
    '## Errors',
    '',
    '| code | exit code of the terminal | may work later | actions |',
    '|---|---|---|---|',
    ...errors,
    '',
  ].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = protocolDoc();
  if (!process.argv.includes('--check')) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) {
    console.error('docs/PROTOCOL.md is not what the table says: run node scripts/protocolDoc.mjs');
    process.exit(1);
  }
}
