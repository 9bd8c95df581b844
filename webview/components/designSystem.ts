import { provideVSCodeDesignSystem } from '@vscode/webview-ui-toolkit';

type Registry = Parameters<ReturnType<typeof provideVSCodeDesignSystem>['register']>[0];

/** Registers one component of the toolkit; a second time is harmless. */
export function registerComponent(name: string, make: () => Registry): void {
  if (!customElements.get(name)) provideVSCodeDesignSystem().register(make());
}
