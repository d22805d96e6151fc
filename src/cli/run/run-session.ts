import { purgeAll } from '../purge/purge-all.js';
import { findActor } from './find-actor.js';
import { finishInput, readStoredInput, type GivenInput } from './run-input.js';
import type { Actor } from '../../model/actor.js';
import type { Run } from '../../model/run.js';
import type { RunDisplay } from './run-display.js';
import type { RunOutcome } from './run-report.js';
import type { RunArguments } from './run-target.js';
import type { Stage, StageOptions } from './stage.js';

/** What the runs of one call of `greenroom run` have in common. */
export interface RunSessionParts {
    readonly args: RunArguments;
    readonly options: StageOptions;
    readonly given: GivenInput;
    readonly stage: Stage;
    readonly display: RunDisplay;
    /** How many of the first items are wanted. */
    readonly shown: number;
    /** Whether runs that have ended, and storages without a name, are deleted first. */
    readonly isPurging: boolean;
}

/** Runs an Actor to its end, and ends it when that is asked for, at whatever moment. */
export class RunSession {
    readonly #parts: RunSessionParts;
    #current: Run | undefined;
    #hasRun = false;
    /** Asked for when there was nothing yet to abort. */
    #pendingAbort = false;

    constructor(parts: RunSessionParts) {
        this.#parts = parts;
    }

    /** Whether there has been any run. */
    get hasRun(): boolean {
        return this.#hasRun;
    }

    /** Starts a run, shows it, and tells what it has come to. */
    async runToEnd(): Promise<RunOutcome> {
        const { stage, display, options, shown, isPurging } = this.#parts;
        this.#pendingAbort = false;
        if (isPurging) await purgeAll(stage.api);
        const { actor, input } = await this.#prepare();
        const run = await stage.start(actor, input, options);
        this.#current = run;
        this.#hasRun = true;
        try {
            if (this.#pendingAbort) await stage.abort(run.id, { gracefully: false });
            const ended = await display.follow(stage, run);
            const { requests } = await stage.progress(ended.id);
            return { run: ended, requests, ...(await stage.results(ended, shown)), place: stage.place };
        } finally {
            this.#current = undefined;
        }
    }

    /** Aborts the run that goes on, or the one that is just about to. */
    async abort(options: { gracefully: boolean }): Promise<void> {
        const { stage } = this.#parts;
        if (this.#current === undefined) this.#pendingAbort = true;
        else await stage.abort(this.#current.id, options);
    }

    async #prepare(): Promise<{ actor: Actor; input: string | undefined }> {
        const { stage, args, given, options, display } = this.#parts;
        const actor = await findActor(stage, args);
        const folder = args.target.kind === 'path' ? args.target.folder : undefined;
        const imported = folder === undefined ? undefined : await stage.importStorage(folder);
        if (imported !== undefined) display.say(imported);
        const schema = given.pairs.length === 0 ? undefined : await stage.inputSchema(actor, options.build);
        const isGiven = given.text !== undefined || given.pairs.length > 0;
        const stored = isGiven || folder === undefined ? undefined : readStoredInput(folder);
        return { actor, input: finishInput({ ...given, ...stored }, schema) };
    }
}
