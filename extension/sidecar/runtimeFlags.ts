/**
 * How the sidecar's Node runs. V8 lets the space for new objects grow to 16 MB and more in the first second and keeps it,
 * and has four helping threads; a process that mostly waits is better off with little.
 */
export const RUNTIME_FLAGS: readonly string[] = ['--max-semi-space-size=1', '--v8-pool-size=1'];
