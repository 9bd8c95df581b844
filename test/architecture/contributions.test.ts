import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';
import { COMMANDS } from '../../extension/commandNames.ts';
import { DEFAULT_SETTINGS } from '../../sidecar/protocol/settingsSchemas.ts';
import { APP_VERSION } from '../../sidecar/version.ts';
import { filesIn, ROOT } from './sourceTree.ts';

const manifestSchema = z.object({
  version: z.string(),
  capabilities: z.object({
    untrustedWorkspaces: z.object({ restrictedConfigurations: z.array(z.string()) }),
  }),
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string() })),
    keybindings: z.array(z.object({ key: z.string(), command: z.string() })),
    menus: z.unknown(),
    configuration: z.array(
      z.object({
        properties: z.record(
          z.string(),
          z.object({ scope: z.string().optional(), default: z.union([z.string(), z.number(), z.boolean()]) }),
        ),
      }),
    ),
    walkthroughs: z.array(
      z.object({
        steps: z.array(z.object({ description: z.string(), media: z.object({ svg: z.string() }) })),
      }),
    ),
  }),
});
const manifest = manifestSchema.parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
const { commands, configuration, keybindings, menus, walkthroughs } = manifest.contributes;
const { restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
const contributed = commands.map(({ command }) => command);
const properties = Object.fromEntries(configuration.flatMap((section) => Object.entries(section.properties)));
const settings = Object.keys(properties).map((name) => name.replace(/^whetstone\./, ''));
const sources = filesIn(['extension'], /\.ts$/).map(({ text }) => text);

it('every command that is contributed is registered, and the other way round', () => {
  expect([...contributed].sort()).toEqual(COMMANDS.map((name) => `whetstone.${name}`).sort());
});

it('every command that a walkthrough offers exists', () => {
  const offered = walkthroughs.flatMap(({ steps }) =>
    steps.flatMap(({ description }) =>
      [...description.matchAll(/command:(whetstone\.\w+)/g)].map(([, name]) => name),
    ),
  );
  expect(offered.length).toBeGreaterThan(0);
  for (const name of offered) expect(contributed).toContain(name);
});

it('menus and keys name only commands that exist', () => {
  const found = JSON.stringify([menus, keybindings]).match(/whetstone\.[A-Za-z]+/g) ?? [];
  const named = found.filter(
    (name) => !/^whetstone\.(busy|hasAnswer|hasDecision|panel|knowledge)$/.test(name),
  );
  expect(named.length).toBeGreaterThan(keybindings.length);
  for (const name of named) expect(contributed).toContain(name);
});

it('every key goes with a modifier, so that typing is never swallowed', () => {
  expect(keybindings.length).toBeGreaterThan(0);
  for (const { key } of keybindings) expect(key).toMatch(/^(ctrl|alt|shift)\+/);
});

it('the first screen has ten settings or fewer', () => {
  expect(Object.keys(configuration[0]?.properties ?? {}).length).toBeLessThanOrEqual(10);
});

it('every setting that the sidecar takes is contributed, and every contributed one is read', () => {
  expect([...settings].sort()).toEqual([...Object.keys(DEFAULT_SETTINGS), 'dataFolder', 'node.path'].sort());
  for (const name of settings) {
    expect(
      sources.some((text) => text.includes(`'${name}'`)),
      `${name} is read nowhere`,
    ).toBe(true);
  }
});

it('settings have the defaults of the protocol', () => {
  for (const [name, value] of Object.entries(DEFAULT_SETTINGS)) {
    expect(properties[`whetstone.${name}`]?.default, name).toEqual(value);
  }
});

it('no workspace can redirect anything: server, model and data folder have machine scope', () => {
  for (const name of [
    'host',
    'model',
    'strongModel',
    'engine',
    'dataFolder',
    'allowRemoteHttp',
    'forgetUndecidedAfter',
    'node.path',
  ]) {
    expect(properties[`whetstone.${name}`]?.scope, name).toBe('machine');
    expect(restrictedConfigurations).toContain(`whetstone.${name}`);
  }
});

it('the version is the same everywhere', () => {
  expect(APP_VERSION).toBe(manifest.version);
  expect(readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')).toContain(`## ${manifest.version}`);
});

it('every picture of the walkthrough is there', () => {
  const pictures = walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg));
  expect(pictures.length).toBeGreaterThan(0);
  for (const picture of pictures) expect(readFileSync(join(ROOT, picture), 'utf8')).toContain('<svg');
});
