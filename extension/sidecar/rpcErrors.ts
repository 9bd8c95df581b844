import { AppError, errorDataSchema } from '../../sidecar/protocol/errors.ts';

/** The AppError behind any failure of a call. An error that carries none becomes `rpc.internal`. */
export function toAppError(error: unknown): AppError {
  if (AppError.is(error)) return error;
  if (error instanceof Error && 'data' in error) {
    const data = errorDataSchema.safeParse(error.data);
    if (data.success) return AppError.fromData(data.data);
  }
  const why = error instanceof Error ? error.message : String(error);
  return new AppError('rpc.internal', 'Whetstone ran into a fault of its own.', {
    why: why.slice(0, 1_000),
    next: 'The log has the details.',
    cause: error,
  });
}

export function disconnected(): AppError {
  return new AppError('rpc.disconnected', 'The Whetstone process ended before it answered.', {
    next: 'It is started again by itself. Nothing that was recorded is lost.',
  });
}
