import { join } from 'node:path';
import type { DataFolder } from '../disk/dataFolder.ts';
import type { FsPort } from '../disk/fsPort.ts';
import { keepForeignView } from './keepForeignView.ts';
import type { NewView } from './viewFile.ts';
import { readViewState, type ViewState, writeViewState } from './viewState.ts';
import type { ViewReport } from './viewWriterPort.ts';

export interface ViewPublisherPorts {
  readonly fs: FsPort;
  readonly folder: DataFolder;
  readonly clock: () => number;
}

export interface ViewPublisher {
  /** What a person should know of the files that were there. */
  readonly notices: ViewReport['notices'];
  /** Puts a new view in the place of the old one. */
  publish(view: NewView): Promise<void>;
  /** Notes that all views hold what `next` says. */
  end(): Promise<void>;
}

/** Replaces one view after the other; killed at any point, the next run knows old and new files as its own. */
export async function createViewPublisher(
  ports: ViewPublisherPorts,
  next: Pick<ViewState, 'asOf' | 'events'>,
): Promise<ViewPublisher> {
  const { fs, folder } = ports;
  const before = await readViewState(fs, folder);
  const shrunk = before !== undefined && next.events < before.events;
  const notices: ViewReport['notices'] = [];
  const files: ViewState['files'] = { ...before?.files };

  return {
    notices,
    publish: async (view) => {
      const { name, file } = view;
      const sha256 = await view.finish();
      const keeping = { fs, folder, now: ports.clock(), shrunk };
      const notice = await keepForeignView(keeping, name, before?.files[name]);
      // All of them vanish together; that is one message.
      const again = notice?.code === 'memory.viewRebuilt' && notices.some(({ code }) => code === notice.code);
      if (notice && !again) notices.push(notice);
      files[name] = { sha256: [...(files[name]?.sha256 ?? []), sha256], bytes: file.bytes, mtimeMs: 0 };
      await writeViewState(fs, folder, { events: -1, files });
      await file.publish();
      const { mtimeMs } = await fs.stat(join(folder.path, name));
      files[name] = { sha256: [sha256], bytes: file.bytes, mtimeMs };
    },
    end: () => writeViewState(fs, folder, { ...next, files }),
  };
}
