import { basename, extname, sep } from 'node:path';
import { watch } from 'chokidar';

/** Folders of installed packages and of generated files. */
const IGNORED = new Set(['node_modules', 'storage', 'apify_storage', 'crawlee_storage', 'coverage', '__pycache__']);
const WATCHED_DOT_NAMES = new Set(['.actor', '.env']);
const CODE = new Set(['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx']);
/** Editors and compilers write several files in a row. */
const DEBOUNCE_MILLIS = 120;

/** Watches the folder of an Actor, except packages, storages, hidden folders and the ignored absolute paths. */
export async function watchFiles(folder: string, ignored: readonly string[]) {
    const isIgnored = (path: string): boolean => {
        if (path === folder) return false;
        const name = basename(path);
        const isHidden = name.startsWith('.') && !WATCHED_DOT_NAMES.has(name);
        return isHidden || IGNORED.has(name) || ignored.some((other) => path === other || path.startsWith(other + sep));
    };
    const watcher = watch(folder, { ignored: isIgnored, ignoreInitial: true });
    const waiting: ((path: string) => void)[] = [];
    let isAnyBusy = false;
    let timer: NodeJS.Timeout | undefined;
    watcher.on('all', (_event, path) => {
        if (isAnyBusy && !CODE.has(extname(path)) && !path.includes(`${sep}.actor${sep}`)) return;
        clearTimeout(timer);
        timer = setTimeout(() => {
            for (const resolve of waiting.splice(0)) resolve(path);
        }, DEBOUNCE_MILLIS);
    });
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    return {
        /** Resolves to the path of the next change. Simultaneous changes count as one. */
        next: () => new Promise<string>((resolve) => waiting.push(resolve)),
        /** Sets if an Actor is running. It may write files, so only changes of code count then. */
        setBusy: (isBusy: boolean): void => {
            isAnyBusy = isBusy;
        },
        close: async (): Promise<void> => {
            clearTimeout(timer);
            await watcher.close();
        },
    };
}
