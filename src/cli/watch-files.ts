import { basename, extname, sep } from 'node:path';
import { watch } from 'chokidar';

/** What is watched for changes. */
export interface FileWatcher {
    /** The path of the next change from now on. Changes that come together are one. */
    next(): Promise<string>;
    /** Says whether an Actor runs that may write files by itself: those that are no code do not count then. */
    setBusy(isBusy: boolean): void;
    close(): Promise<void>;
}

/** What is not watched besides what never is. */
export interface WatchFilesOptions {
    /** Absolute paths. */
    readonly ignored: readonly string[];
}

/** Folders of what is installed, kept or generated. */
const IGNORED = new Set(['node_modules', 'storage', 'apify_storage', 'crawlee_storage', 'coverage', '__pycache__']);
const KEPT_DOTS = new Set(['.actor', '.env']);
const CODE = new Set(['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx']);
/** Editors and compilers write several files, one after the other. */
const SETTLE_MILLIS = 120;

/** Watches folders of Actors for changes of what is theirs: not of packages, storages and hidden folders. */
export async function watchFiles(folders: readonly string[], { ignored }: WatchFilesOptions): Promise<FileWatcher> {
    const roots = new Set(folders);
    const isIgnored = (path: string): boolean => {
        if (roots.has(path)) return false;
        const name = basename(path);
        const isHidden = name.startsWith('.') && !KEPT_DOTS.has(name);
        return isHidden || IGNORED.has(name) || ignored.some((one) => path === one || path.startsWith(one + sep));
    };
    const watcher = watch([...folders], { ignored: isIgnored, ignoreInitial: true });
    const waiting: ((path: string) => void)[] = [];
    let isAnyBusy = false;
    let timer: NodeJS.Timeout | undefined;
    watcher.on('all', (_event, path) => {
        if (isAnyBusy && !CODE.has(extname(path)) && !path.includes(`${sep}.actor${sep}`)) return;
        clearTimeout(timer);
        timer = setTimeout(() => {
            for (const tell of waiting.splice(0)) tell(path);
        }, SETTLE_MILLIS);
    });
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    return {
        next: () => new Promise((resolve) => waiting.push(resolve)),
        setBusy: (isBusy) => {
            isAnyBusy = isBusy;
        },
        close: async () => {
            clearTimeout(timer);
            await watcher.close();
        },
    };
}
