import type { Disposable } from './disposableBag.ts';
import type { Log } from './log.ts';
import type { SidecarClient } from './sidecar/sidecarClient.ts';
import type { StatusBar } from './statusBar.ts';

/** Passes what the sidecar says to log and status bar. */
export function watchSidecar(client: SidecarClient, statusBar: StatusBar, log: Log): Disposable {
  const stops = [
    client.on('memory.changed', ({ stats }) => statusBar.show(stats)),
    client.on('memory.notice', ({ code, message }) => {
      log.warn(`${code}: ${message}`);
      statusBar.needsUser(message);
    }),
    client.on('log.event', ({ level, event, message }) => log[level](`${event} ${message}`)),
    client.onState((state) => {
      if (state.kind === 'stopped') statusBar.needsUser(state.error.what);
      if (state.kind !== 'ready') return;
      statusBar.needsUser(undefined);
      client.call('stats.get', {}).then(statusBar.show, (error: unknown) => log.warn(String(error)));
    }),
  ];
  return {
    dispose() {
      for (const stop of stops) stop();
    },
  };
}
