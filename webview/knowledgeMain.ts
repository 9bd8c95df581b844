import './zodJitless.ts';
import './components/focusProbe.ts';
import './knowledge.css';
import { createHostPort } from './hostPort.ts';
import { createKnowledgePage } from './knowledge/createKnowledgePage.ts';
import {
  type KnowledgeHostMessage,
  type KnowledgeIntent,
  knowledgeHostMessageSchema,
} from './knowledgeProtocol.ts';

const port = createHostPort<KnowledgeHostMessage, KnowledgeIntent>(knowledgeHostMessageSchema);
port.listen(createKnowledgePage(document.body, port.post));
port.post({ type: 'ready' });
