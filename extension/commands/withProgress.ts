import * as vscode from 'vscode';

export type Report = (step: { readonly message: string; readonly percent?: number | undefined }) => void;

/**
 * Runs long work under a notification with Cancel; undefined where the user cancelled before it ended. The percentage
 * given is the total, not an increment.
 */
export function withProgress<T>(
  title: string,
  work: (report: Report, signal: AbortSignal) => Promise<T>,
): Thenable<T | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const controller = new AbortController();
    const subscription = token.onCancellationRequested(() => controller.abort());
    let shown = 0;
    const report: Report = ({ message, percent }) => {
      const increment = percent === undefined ? 0 : Math.max(0, percent - shown);
      shown += increment;
      progress.report({ message, ...(increment > 0 && { increment }) });
    };
    try {
      return await work(report, controller.signal);
    } catch (error) {
      if (controller.signal.aborted) return undefined;
      throw error;
    } finally {
      subscription.dispose();
    }
  });
}
