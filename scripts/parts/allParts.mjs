import { chromium } from './chromium.mjs';
import { codeServer } from './codeServer.mjs';
import { engine } from './engine.mjs';
import { model } from './model.mjs';
import { node20 } from './node20.mjs';
import { ollama } from './ollama.mjs';
import { strace } from './strace.mjs';

/** Every real part: a function of `{install, say}` that resolves to where the part is, or throws PartMissing. */
export const allParts = { chromium, codeServer, engine, model, node20, ollama, strace };
