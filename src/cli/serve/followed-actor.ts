import { existsSync } from 'node:fs';
import { basename, relative } from 'node:path';
import { isEngineError } from '../../errors/engine-error.js';
import { harmless } from '../terminal/harmless.js';
import { formatDuration } from '../terminal/units.js';
import { watchFiles, type FileWatcher } from '../watch-files.js';
import { buildOutputOf, runBuildScript } from './served-actor.js';
import type { Output } from '../terminal/output.js';

/** What {@link FollowedActor} stands on. */
export interface FollowedActorParts {
    /** Absolute path of a folder, or of a module file. */
    readonly path: string;
    /** The folder that is watched. */
    readonly folder: string;
    readonly output: Output;
    /** Not watched, as absolute paths. */
    readonly ignored: readonly string[];
    /** Takes in what the folder says of the Actor now. */
    readonly register: () => Promise<unknown>;
}

const LINES_OF_FAILURE = 30;

/** An Actor whose folder is followed: after each change it is built, if it has a script for that, and looked at anew. */
export class FollowedActor {
    readonly #parts: FollowedActorParts;
    #watcher: FileWatcher | undefined;
    #building = new AbortController();
    #isClosed = false;

    constructor(parts: FollowedActorParts) {
        this.#parts = parts;
    }

    /** Builds and registers it, and begins to watch. What is wrong with it is told, and may be mended. */
    async open(): Promise<void> {
        const { folder, ignored } = this.#parts;
        const output = buildOutputOf(folder);
        if (output !== undefined && !existsSync(output)) await this.#build();
        await this.#register();
        // What the script itself writes is no reason to run it again, nor to end it.
        this.#watcher = await watchFiles([folder], { ignored: output === undefined ? ignored : [...ignored, output] });
        void this.#follow(this.#watcher);
    }

    /** Says whether runs go on, which may write files themselves. */
    setBusy(isBusy: boolean): void {
        this.#watcher?.setBusy(isBusy);
    }

    async close(): Promise<void> {
        this.#isClosed = true;
        this.#building.abort();
        await this.#watcher?.close();
    }

    async #follow(watcher: FileWatcher): Promise<void> {
        let change = watcher.next();
        for (;;) {
            const path = await change;
            if (this.#isClosed) return;
            // What changes during a build is not missed.
            change = watcher.next();
            await this.#take(path, change);
        }
    }

    async #take(path: string, next: Promise<string>): Promise<void> {
        const { folder, output } = this.#parts;
        output.line(`${output.paint('cyan', '↻')} ${this.#label} has changed: ${relative(folder, path)}`);
        if (buildOutputOf(folder) !== undefined) {
            // A newer change makes this build void.
            const building = this.#build();
            await Promise.race([building, next.then(() => this.#building.abort())]);
            await building;
        }
        await this.#register();
    }

    async #build(): Promise<void> {
        const { folder, output } = this.#parts;
        this.#building = new AbortController();
        output.line(output.paint('dim', `  ${this.#label}: npm run build`));
        const { isGood, text, millis } = await runBuildScript(folder, this.#building.signal);
        if (this.#building.signal.aborted) return;
        const took = formatDuration(millis);
        if (isGood) return output.line(`${output.paint('green', '✔')} ${this.#label} was built in ${took}`);
        output.line(`${output.paint('red', '✖')} ${this.#label} could not be built (${took}):`);
        for (const line of text.split('\n').slice(-LINES_OF_FAILURE))
            output.line(`  ${harmless(line, { colours: output.hasColours })}`);
    }

    async #register(): Promise<void> {
        const { output, register } = this.#parts;
        try {
            await register();
        } catch (error) {
            if (this.#isClosed) return;
            if (!isEngineError(error)) throw error;
            output.line(`${output.paint('red', '✖')} ${this.#label}: ${harmless(error.message)}`);
        }
    }

    get #label(): string {
        return basename(this.#parts.path);
    }
}
