import { safeLine } from '../output/safe-text.js';
import { buildInput, findUnknownKeys, readStoredInput, type GivenInput } from './run-input.js';
import { resolveTarget, type RunArguments } from './target.js';
import type { Actor } from '../../model/actor.js';
import type { Run } from '../../model/run.js';
import type { RunDisplay } from './display.js';
import type { RunOutcome } from './report.js';
import type { Runner, RunStartOptions } from './runner.js';

/** Parameters of a {@link RunSession}. */
export interface RunSessionOptions {
    readonly args: RunArguments;
    readonly options: RunStartOptions;
    readonly given: GivenInput;
    readonly runner: Runner;
    readonly display: RunDisplay;
    /** The number of items to show. */
    readonly shown: number;
    /** If set, finished runs and unnamed storages are deleted before each run. */
    readonly purges: boolean;
    /** Receives warnings. */
    readonly warn: (message: string) => void;
}

/** The runs of one call of `greenroom run`, which can be aborted at any time. */
export class RunSession {
    readonly #parts: RunSessionOptions;
    #current: Run | undefined;
    #hasRun = false;
    /** Set by an abort before the run exists. */
    #isAbortPending = false;

    constructor(parts: RunSessionOptions) {
        this.#parts = parts;
    }

    /** True if at least one run was started. */
    get hasRun(): boolean {
        return this.#hasRun;
    }

    /** Starts a run, shows it to its end, and returns the outcome. */
    async runToEnd(): Promise<RunOutcome> {
        const { runner, display, options, shown, purges } = this.#parts;
        this.#isAbortPending = false;
        if (purges) await runner.purge();
        const { actor, input } = await this.#prepare();
        const run = await runner.start(actor, input, options);
        this.#current = run;
        this.#hasRun = true;
        try {
            if (this.#isAbortPending) await runner.abort(run.id, { gracefully: false });
            return await readOutcome(runner, await display.follow(runner, run), shown);
        } finally {
            this.#current = undefined;
        }
    }

    /** Aborts the current run, or the one that is about to start. */
    async abort(options: { gracefully: boolean }): Promise<void> {
        if (this.#current === undefined) this.#isAbortPending = true;
        else await this.#parts.runner.abort(this.#current.id, options);
    }

    async #prepare(): Promise<{ actor: Actor; input: string | undefined }> {
        const { runner, args, given, display, warn } = this.#parts;
        const actor = await resolveTarget(runner, args);
        const folder = args.target.kind === 'path' ? args.target.folder : undefined;
        const imported = folder === undefined ? undefined : await runner.importStorage(folder);
        if (imported !== undefined) display.print(imported);
        const isGiven = given.text !== undefined || given.pairs.length > 0;
        const stored = isGiven || folder === undefined ? undefined : readStoredInput(folder);
        if (!isGiven && stored === undefined) return { actor, input: undefined };
        const schema = await this.#readSchema(actor);
        const input = buildInput({ ...given, ...stored }, schema);
        for (const hint of findUnknownKeys(input, schema)) warn(safeLine(hint));
        return { actor, input };
    }

    async #readSchema({ defaultRunOptions, taggedBuilds }: Actor): Promise<unknown> {
        const { build = defaultRunOptions.build } = this.#parts.options;
        const buildId = Object.hasOwn(taggedBuilds, build) ? taggedBuilds[build]?.buildId : undefined;
        const schema = buildId && (await this.#parts.runner.readInputSchema(buildId));
        return schema && JSON.parse(schema);
    }
}

/** Reads the results of a finished run. */
export async function readOutcome(runner: Runner, run: Run, shown: number): Promise<RunOutcome> {
    const { requests } = await runner.readProgress(run.id);
    return { run, requests, ...(await runner.readResults(run, shown)), place: runner.place };
}
