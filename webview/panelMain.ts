import './zodJitless.ts';
import './components/focusProbe.ts';
import './panel.css';
import { createHostPort } from './hostPort.ts';
import { createPanel } from './panel/createPanel.ts';
import { type HostMessage, hostMessageSchema, type Intent } from './protocol.ts';

const port = createHostPort<HostMessage, Intent>(hostMessageSchema);
port.listen(createPanel(document.body, port));
port.post({ type: 'ready' });
