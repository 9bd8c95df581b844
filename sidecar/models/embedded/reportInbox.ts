import type { AppError } from '../../protocol/errors.ts';
import type { Report } from './embeddedProtocol.ts';

const FINAL: ReadonlySet<Report['report']> = new Set(['end', 'vectors', 'failed']);

/** What came in for one order and was not read yet. */
export interface ReportInbox {
  put(report: Report): void;
  /** No more will come. The reader is told at once, before what is unread; the first failure counts. */
  fail(failure: AppError): void;
  /** Reports in order, up to and with the final one. Throws the failure. */
  read(): AsyncGenerator<Report>;
}

export function createReportInbox(): ReportInbox {
  const unread: Report[] = [];
  let failure: AppError | undefined;
  let wake = (): void => undefined;

  const arrival = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });

  async function* read(): AsyncGenerator<Report> {
    for (let last = false; !last; ) {
      while (!failure && unread.length === 0) await arrival();
      if (failure) throw failure;
      const report = unread.shift();
      if (!report) continue;
      yield report;
      last = FINAL.has(report.report);
    }
  }

  return {
    put(report) {
      unread.push(report);
      wake();
    },
    fail(reason) {
      failure ??= reason;
      wake();
    },
    read,
  };
}
