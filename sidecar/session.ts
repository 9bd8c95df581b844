import { AppError } from './protocol/errors.ts';
import { type Params, PROTOCOL_VERSION } from './protocol/methods.ts';
import { DEFAULT_SETTINGS, type Settings, settingsSchema } from './protocol/settingsSchemas.ts';

/** What `initialize` set up: the settings in force, the secret, and whether the workspace is trusted. */
export interface Session {
  /** Rejects another protocol version with `rpc.versionMismatch`. May be called again, after a reconnect. */
  initialize(params: Params<'initialize'>): void;
  readonly initialized: boolean;
  settings(): Settings;
  /** Changes what is given; a field that is undefined stays. */
  change(part: { readonly [K in keyof Settings]?: Settings[K] | undefined }): Settings;
  /** Bearer token for a model server; undefined for every address but the one that it came with. */
  tokenFor(host: string): string | undefined;
}

export function createSession(): Session {
  let initialized = false;
  let settings: Settings = DEFAULT_SETTINGS;
  let secret: { readonly host: string; readonly token: string } | undefined;
  return {
    initialize(params) {
      if (params.protocolVersion !== PROTOCOL_VERSION) {
        throw new AppError('rpc.versionMismatch', 'The window and its sidecar are of different versions.', {
          why: `The window speaks protocol ${params.protocolVersion}, the sidecar ${PROTOCOL_VERSION}.`,
          next: 'Reload the window. Nothing that was decided is lost.',
        });
      }
      settings = params.settings;
      const { token } = params;
      secret = token === undefined ? undefined : { host: settings.host, token };
      initialized = true;
    },
    get initialized() {
      return initialized;
    },
    settings: () => settings,
    change(part) {
      const given = Object.entries(part).filter(([, value]) => value !== undefined);
      settings = settingsSchema.parse({ ...settings, ...Object.fromEntries(given) });
      return settings;
    },
    tokenFor: (host) => (secret?.host === host ? secret.token : undefined),
  };
}
