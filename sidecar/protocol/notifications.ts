import * as z from 'zod';
import { timeSchema } from './ids.ts';
import { told } from './methodEntry.ts';
import { progressNote } from './modelSchemas.ts';
import { deltaNote, endNote, statusNote } from './requestSchemas.ts';
import { statsSchema } from './statsSchemas.ts';
import { trainStepNote } from './trainingSchemas.ts';

/** Rows of the method table that the sidecar sends by itself. */
export const NOTIFICATIONS = {
  'request.status': told(statusNote, 'A candidate waits, loads its model, or is being generated.'),
  'request.delta': told(deltaNote, 'Text of a candidate, in order.'),
  'request.thinking': told(deltaNote, 'Thinking of a candidate, a stream of its own.'),
  'request.end': told(endNote, 'A candidate is complete, stopped or failed, and recorded.'),
  'models.progress': told(progressNote, 'Progress of a download.'),
  'train.step': told(trainStepNote, 'Progress of a training.'),
  'memory.changed': told(
    z.object({ stats: statsSchema, at: timeSchema }),
    'Decisions changed, here or in another window.',
  ),
  'memory.notice': told(
    z.object({ code: z.string().max(64), message: z.string().max(2_000) }),
    'Something about the data folder that a person should know.',
  ),
  'log.event': told(
    z.object({
      level: z.enum(['debug', 'info', 'warn', 'error']),
      event: z.string().max(64),
      message: z.string().max(8_000),
    }),
    'A line for the log.',
  ),
} as const;
