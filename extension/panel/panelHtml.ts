export interface PanelHtmlParts {
  /** VS Code's own source for files of the extension. */
  readonly cspSource: string;
  readonly nonce: string;
  readonly renderId: string;
  readonly title: string;
  readonly script: string;
  readonly styles: readonly string[];
}

/** The page of a webview: no inline script or style, no network, no frames, no forms. */
export function panelHtml(parts: PanelHtmlParts): string {
  const { cspSource, nonce } = parts;
  const csp = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource}`,
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types fast-html dompurify',
  ].join('; ');
  const styles = parts.styles.map((href) => `<link rel="stylesheet" href="${href}">`).join('\n');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="whetstone-render-id" content="${parts.renderId}">
<title>${parts.title}</title>
${styles}
</head>
<body data-render-id="${parts.renderId}">
<script nonce="${nonce}" src="${parts.script}"></script>
</body>
</html>`;
}
