import { type Extension, extensions } from 'vscode';
import * as z from 'zod';

const manifestSchema = z.object({
  extensionKind: z.array(z.string()),
  capabilities: z.object({
    untrustedWorkspaces: z.object({ supported: z.union([z.boolean(), z.literal('limited')]) }),
  }),
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string() })).min(1),
    configuration: z.union([
      z.object({ properties: z.record(z.string(), z.object({ scope: z.string().optional() })) }),
      z.array(z.object({ properties: z.record(z.string(), z.object({ scope: z.string().optional() })) })),
    ]),
  }),
});

/** The extension under test, as VS Code sees it. */
export function whetstoneExtension(): Extension<unknown> {
  const found = extensions.getExtension('whetstone.whetstone');
  if (found === undefined) throw new Error('VS Code does not know the extension whetstone.whetstone');
  return found;
}

/** The parts of its manifest that the suites check. */
export function whetstoneManifest(): z.infer<typeof manifestSchema> {
  return manifestSchema.parse(whetstoneExtension().packageJSON);
}

/** Every contributed setting with its scope; VS Code's default scope is `window`. */
export function whetstoneSettings(): { readonly name: string; readonly scope: string }[] {
  const sections = [whetstoneManifest().contributes.configuration].flat();
  const properties = sections.flatMap((section) => Object.entries(section.properties));
  return properties.map(([name, { scope }]) => ({ name, scope: scope ?? 'window' }));
}
