// The host tier: the mocha suites of test/host inside a real extension host. A desktop VS Code first
// (VSCODE_EXECUTABLE, else the one that `code` belongs to), else code-server.
import { runHostSuiteInCodeServer, runHostSuiteOnDesktop } from '../test/helpers/hostSuite.ts';
import { desktopExecutable } from './parts/desktop.mjs';

const grepAt = process.argv.indexOf('--grep');
const env = {};
if (process.env.WHETSTONE_REPORT) env.WHETSTONE_REPORT = process.env.WHETSTONE_REPORT;
if (grepAt > 0) env.WHETSTONE_GREP = process.argv[grepAt + 1];
const options = { env, onLine: (line) => console.log(line) };
const desktop = desktopExecutable();
console.log(desktop ? `in the extension host of ${desktop}` : 'in the extension host of code-server');
const passed = await (desktop ? runHostSuiteOnDesktop(desktop, options) : runHostSuiteInCodeServer(options));
process.exit(passed ? 0 : 1);
