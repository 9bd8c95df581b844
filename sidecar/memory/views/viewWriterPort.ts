import * as z from 'zod';

/** What one run of the view writer did, as it tells its parent on standard output. */
export const viewReportSchema = z.object({
  /** `locked`: another process held the exclusive lock; nothing was written. */
  status: z.enum(['written', 'locked']),
  asOf: z.string().optional(),
  events: z.number(),
  /** Size of agent_memory.json. */
  bytes: z.number(),
  /** Processor time of the run in milliseconds. */
  cpuMs: z.number(),
  notices: z.array(z.object({ code: z.string(), message: z.string() })),
});
export type ViewReport = z.infer<typeof viewReportSchema>;

export interface ViewWriterRun {
  readonly done: Promise<ViewReport>;
  /** Lets this process end before the run does; the run goes on. */
  release(): void;
}

/** Starts a view writer for a data folder. */
export interface ViewWriterPort {
  start(dataFolder: string): ViewWriterRun;
}
