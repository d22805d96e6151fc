import { isEngineError } from '../../errors/engine-error.js';
import { isTerminal, type TerminalStatus } from '../../model/status.js';
import { openEnvVars, settleBuild, type BuildDocument } from './builds.js';
import type { SecretBox } from '../../storage/secret-box.js';
import type { Clock } from '../../util/clock.js';
import type { StoredVersion } from '../actor-versions.js';
import type { BuiltActor } from './build-actor.js';
import type { BuildLogWriter } from './build-commands.js';

/** What a build under way stands on. */
interface BuildJobParts {
    readonly clock: Clock;
    readonly secrets: SecretBox;
    readonly log: BuildLogWriter;
    /** A folder that is no source, wherever it is: that of the storages. */
    readonly exclude: string | undefined;
    /** Makes an empty folder. */
    makeFolder(): Promise<string>;
    /** Writes down what has changed of the document. */
    save(document: BuildDocument): void;
}

/** Why a build is ended from outside. */
type EndReason = 'abort' | 'timeout';

/** As on the platform. */
const TIMEOUT_MILLIS = 1_800_000;

const ENDINGS: Record<EndReason, { status: TerminalStatus; message: string }> = {
    abort: { status: 'ABORTED', message: 'The build was aborted.' },
    timeout: { status: 'TIMED-OUT', message: `The build has taken more than ${TIMEOUT_MILLIS / 1000} s.` },
};

/** A compiler takes a processor of its own, and hundreds of megabytes. */
const MAX_AT_ONCE = 4;

/** One build on its way from READY to its end. */
export class BuildJob {
    readonly document: BuildDocument;
    readonly #version: StoredVersion;
    readonly #parts: BuildJobParts;
    readonly #ending = new AbortController();
    #reason: EndReason | undefined;

    constructor(document: BuildDocument, version: StoredVersion, parts: BuildJobParts) {
        this.document = document;
        this.#version = version;
        this.#parts = parts;
    }

    /** Aborted when the build is to end. */
    get signal(): AbortSignal {
        return this.#ending.signal;
    }

    /** Ends it at once, with all of its processes; if it has not begun yet, it does not. */
    abort(): void {
        this.#endFor('abort');
    }

    /** Takes it to its end. Never rejects: a build that goes wrong is one that has failed. */
    async run(): Promise<void> {
        const { clock, log } = this.#parts;
        const { build } = this.document;
        const cancel = clock.after(TIMEOUT_MILLIS, () => this.#endFor('timeout'));
        try {
            this.#ending.signal.throwIfAborted();
            build.status = 'RUNNING';
            this.#parts.save(this.document);
            log.note(`Build ${build.buildNumber} has started.`);
            const built = await this.#build();
            this.#ending.signal.throwIfAborted();
            this.#keep(built);
            build.status = 'SUCCEEDED';
            log.note(`Build ${build.buildNumber} has succeeded.`);
        } catch (error) {
            this.#fail(error);
        } finally {
            cancel();
            settleBuild(build, clock.now());
        }
    }

    async #build(): Promise<BuiltActor> {
        const { secrets, log, exclude } = this.#parts;
        const { build, blueprint } = this.document;
        const folder = await this.#parts.makeFolder();
        blueprint.ownFolder = folder;
        // So that it is known whose folder it is, should this process end before the build does.
        this.#parts.save(this.document);
        const hidden = openEnvVars(blueprint, secrets);
        log.hide(Object.values(hidden));
        const env = this.#version.applyEnvVarsToBuild === true ? { ...blueprint.envVars, ...hidden } : {};
        // A folder further down, so that there is room beside it for the packages of the folders above the original.
        const workshop = { buildId: build.id, directory: `${folder}/actor`, env, log, signal: this.#ending.signal };
        // Most engines never build anything, and need none of it.
        const { buildActor } = await import('./build-actor.js');
        return buildActor(blueprint.name, this.#version, workshop, exclude);
    }

    #keep({ definition, memory, directory, entryFile, readme }: BuiltActor): void {
        const { build, blueprint } = this.document;
        Object.assign(blueprint, { directory, memory }, entryFile && { entryFile }, definition && { definition });
        if (definition !== undefined) build.actorDefinition = definition;
        if (definition?.input !== undefined) build.inputSchema = JSON.stringify(definition.input);
        if (readme !== undefined) build.readme = readme;
    }

    #fail(error: unknown): void {
        const { build } = this.document;
        const ending = this.#reason && ENDINGS[this.#reason];
        build.status = ending?.status ?? 'FAILED';
        build.statusMessage = ending?.message ?? (error instanceof Error ? error.message : String(error));
        const details = isEngineError(error) ? (error.details as { exitCode?: number } | undefined) : undefined;
        if (ending === undefined && details?.exitCode !== undefined) build.exitCode = details.exitCode;
        this.#parts.log.note(build.statusMessage);
    }

    #endFor(reason: EndReason): void {
        const { build } = this.document;
        if (this.#reason !== undefined || isTerminal(build.status)) return;
        this.#reason = reason;
        build.status = reason === 'abort' ? 'ABORTING' : 'TIMING-OUT';
        this.#ending.abort();
    }
}

/** Lets a few builds run at once; the others wait, first come, first served. */
export class BuildTurns {
    readonly #waiting = new Set<() => void>();
    #running = 0;

    /**
     * Does the work once there is room for it.
     *
     * @param signal - Ends the waiting: the work is then done at once, and expected to see that it has nothing to do.
     */
    async take(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
        if (!(await this.#enter(signal))) return work();
        try {
            await work();
        } finally {
            const [next] = this.#waiting;
            // Whoever is next takes over the place.
            if (next) next();
            else this.#running -= 1;
        }
    }

    /** Whether there was room before the signal came. */
    async #enter(signal: AbortSignal): Promise<boolean> {
        if (this.#running < MAX_AT_ONCE) {
            this.#running += 1;
            return true;
        }
        return new Promise((resolve) => {
            const settle = (hasRoom: boolean): void => {
                this.#waiting.delete(enter);
                signal.removeEventListener('abort', giveUp);
                resolve(hasRoom);
            };
            const enter = (): void => settle(true);
            const giveUp = (): void => settle(false);
            this.#waiting.add(enter);
            signal.addEventListener('abort', giveUp, { once: true });
        });
    }
}
