import './zodJitless.ts';
import './components/focusProbe.ts';
import './panel.css';
import { createHostPort } from './hostPort.ts';
import { createPanel } from './panel/createPanel.ts';
import { type HostMessage, hostMessageSchema, type Intent } from './protocol.ts';

const port = createHostPort<HostMessage, Intent>(hostMessageSchema);
const panel = createPanel(document.body, port);
port.listen(panel.receive);
port.post({ type: 'ready' });
