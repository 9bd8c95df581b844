import './zodJitless.ts';
import './components/focusProbe.ts';
import './report.css';
import { createHostPort } from './hostPort.ts';
import { createReport } from './report/createReport.ts';
import { type ReportHostMessage, type ReportIntent, reportHostMessageSchema } from './reportProtocol.ts';

const port = createHostPort<ReportHostMessage, ReportIntent>(reportHostMessageSchema);
port.listen(createReport(document.body, port.post));
port.post({ type: 'ready' });
