import { existsSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { isEngineError } from '../../errors/engine-error.js';
import { safeText } from '../output/safe-text.js';
import { formatDuration } from '../output/units.js';
import { watchFiles, type FileWatcher } from '../watch-files.js';
import { buildOutputOf, runBuildScript } from './build-script.js';
import type { Output } from '../output/terminal.js';

/** Parameters of a {@link WatchedActor}. */
export interface WatchedActorOptions {
    /** Absolute path of a folder, or of a module file. */
    readonly path: string;
    /** The folder that is watched. */
    readonly folder: string;
    readonly output: Output;
    /** Absolute paths that are not watched. */
    readonly ignored: readonly string[];
    /** Reads the definition of the Actor again. */
    readonly register: () => Promise<unknown>;
}

const LINES_OF_FAILURE = 30;

/** An Actor whose folder is watched: after each change it is built, if it has a build script, and registered again. */
export class WatchedActor {
    readonly #options: WatchedActorOptions;
    readonly #label: string;
    #watcher: FileWatcher | undefined;
    #building = new AbortController();
    #isClosed = false;

    constructor(options: WatchedActorOptions) {
        this.#options = options;
        this.#label = basename(options.path);
    }

    /** Builds and registers it, and starts to watch. Errors are printed; the next change may fix them. */
    async open(): Promise<void> {
        const { folder, ignored } = this.#options;
        const built = buildOutputOf(folder);
        if (built !== undefined && !existsSync(built)) await this.#build();
        await this.#register();
        // The output of the build script must not start it again.
        this.#watcher = await watchFiles(folder, built === undefined ? ignored : [...ignored, built]);
        void this.#follow(this.#watcher);
    }

    /** Tells it if runs are active, which may write files. */
    setBusy(isBusy: boolean): void {
        this.#watcher?.setBusy(isBusy);
    }

    async close(): Promise<void> {
        this.#isClosed = true;
        this.#building.abort();
        await this.#watcher?.close();
    }

    async #follow(watcher: FileWatcher): Promise<void> {
        const { folder, output } = this.#options;
        for (let change = watcher.next(); ;) {
            const path = await change;
            if (this.#isClosed) return;
            // Changes during a build are not missed: a newer change replaces it.
            change = watcher.next();
            output.line(`${output.paint('cyan', '↻')} ${this.#label} changed: ${relative(folder, path)}`);
            if (buildOutputOf(folder) !== undefined) {
                const building = this.#build();
                await Promise.race([building, change.then(() => this.#building.abort())]);
                await building;
            }
            await this.#register();
        }
    }

    async #build(): Promise<void> {
        const { folder, output } = this.#options;
        const { signal } = (this.#building = new AbortController());
        output.line(output.paint('dim', `  ${this.#label}: npm run build`));
        const { isGood, text, millis } = await runBuildScript(folder, signal);
        if (signal.aborted) return;
        const took = formatDuration(millis);
        if (isGood) return output.line(`${output.paint('green', '✔')} Built ${this.#label} in ${took}`);
        output.line(`${output.paint('red', '✖')} Build of ${this.#label} failed (${took}):`);
        for (const line of text.split('\n').slice(-LINES_OF_FAILURE))
            output.line(`  ${safeText(line, { colours: output.hasColours })}`);
    }

    async #register(): Promise<void> {
        const { output, register } = this.#options;
        try {
            await register();
        } catch (error) {
            if (this.#isClosed) return;
            if (!isEngineError(error)) throw error;
            output.line(`${output.paint('red', '✖')} ${this.#label}: ${safeText(error.message)}`);
        }
    }
}
