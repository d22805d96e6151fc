import { basename, extname, sep } from 'node:path';
import { watch } from 'chokidar';

/** Folders of installed packages and of generated files. */
const IGNORED = new Set(['node_modules', 'storage', 'apify_storage', 'crawlee_storage', 'coverage', '__pycache__']);
const KEPT_DOTS = new Set(['.actor', '.env']);
const CODE = new Set(['.js', '.mjs', '.cjs', '.jsx', '.ts', '.mts', '.cts', '.tsx']);
/** Editors and compilers write several files in a row. */
const SETTLE_MILLIS = 120;

/** Watches the folder of an Actor, without packages, storages, hidden folders and some absolute paths. */
export async function watchFiles(folder: string, ignored: readonly string[]) {
    const isIgnored = (path: string): boolean => {
        if (path === folder) return false;
        const name = basename(path);
        const isHidden = name.startsWith('.') && !KEPT_DOTS.has(name);
        return isHidden || IGNORED.has(name) || ignored.some((one) => path === one || path.startsWith(one + sep));
    };
    const watcher = watch(folder, { ignored: isIgnored, ignoreInitial: true });
    const waiting: ((path: string) => void)[] = [];
    let isAnyBusy = false;
    let timer: NodeJS.Timeout | undefined;
    watcher.on('all', (_event, path) => {
        if (isAnyBusy && !CODE.has(extname(path)) && !path.includes(`${sep}.actor${sep}`)) return;
        clearTimeout(timer);
        timer = setTimeout(() => {
            for (const settle of waiting.splice(0)) settle(path);
        }, SETTLE_MILLIS);
    });
    await new Promise<void>((resolve) => watcher.once('ready', resolve));
    return {
        /** Returns the path of the next change. Changes at the same time count as one. */
        next: () => new Promise<string>((resolve) => waiting.push(resolve)),
        /** Tells it if an Actor is running, which may write files: then only changes of code count. */
        setBusy: (isBusy: boolean): void => {
            isAnyBusy = isBusy;
        },
        close: async (): Promise<void> => {
            clearTimeout(timer);
            await watcher.close();
        },
    };
}
