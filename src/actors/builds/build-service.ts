import { EngineError } from '../../errors/engine-error.js';
import { Semaphore } from '../../execution/semaphore.js';
import { isTerminal } from '../../model/api/status.js';
import { newId } from '../../util/ids.js';
import { waitWithTimeout } from '../../util/wait-with-timeout.js';
import { requireVersion, type StoredVersion } from '../actor-versions.js';
import { stopBuild, runBuild, TIMEOUT_MILLIS, type BuildJob, type BuildServiceDependencies } from './build-job.js';
import { toListItem, createBuildDocument, toPublicBuild, finalizeBuild, type BuildDocument } from './builds.js';
import type { Actor, Build } from '../../model/api/actor.js';
import type { ActorBuildOptions, BuildListItem } from '../../model/client/build.js';

/** The caller who starts a build, for its `meta`. */
interface BuildCause {
    readonly origin: string;
    readonly userAgent?: string | undefined;
}

interface LiveBuild {
    job: BuildJob;
    finished: Promise<void>;
}

/** A compiler uses one core and hundreds of megabytes. */
const MAX_CONCURRENT_BUILDS = 4;

/** Starts builds and performs the operations on them. Returns copies. */
export class BuildService {
    readonly #dependencies: BuildServiceDependencies;
    readonly #live = new Map<string, LiveBuild>();
    // The maximum wait is the build timeout: a slot becomes free before that, so it never admits a build early.
    readonly #slots = new Semaphore(MAX_CONCURRENT_BUILDS, TIMEOUT_MILLIS);
    /** Ids of deleted builds whose folders were still used by a run. */
    readonly #retainedFolders = new Set<string>();
    #isClosed = false;

    constructor(dependencies: BuildServiceDependencies) {
        this.#dependencies = dependencies;
    }

    find(id: string): Build | undefined {
        const document = this.#dependencies.builds.get(id);
        return document && toPublicBuild(document);
    }

    list(actorId?: string): BuildListItem[] {
        return this.#dependencies.builds.list(actorId).map(toListItem);
    }

    /** Returns the id of the default build of an Actor. */
    defaultId(actorId: string): string | undefined {
        return this.#dependencies.actors.defaultBuild(actorId)?.build.id;
    }

    /** Starts a build of a version. Returns the READY build. */
    start(actorId: string, versionNumber: string, request: ActorBuildOptions, cause: BuildCause): Build {
        const { actors } = this.#dependencies;
        const version = requireVersion(actors.versionsOf(actorId), versionNumber);
        return this.startVersion(
            actors.require(actorId),
            version,
            { tags: [request.tag ?? version.buildTag], ...cause },
            request,
        );
    }

    /** Like {@link BuildService.start}, but for a version that is not saved yet, and with several tags. */
    startVersion(
        actor: Actor,
        version: StoredVersion,
        { tags, origin, userAgent }: BuildCause & { tags: readonly [string, ...string[]] },
        { useCache = false, betaPackages = false }: ActorBuildOptions = {},
    ): Build {
        this.#assertOpen();
        const { actors, builds, clock, emit } = this.#dependencies;
        const document = createBuildDocument({
            id: newId(),
            actor,
            version,
            buildNumber: actors.allocateBuildNumber(actor.id, version.versionNumber),
            buildTag: tags[0],
            origin,
            userAgent,
            options: { useCache, betaPackages },
            now: new Date(clock.now()),
        });
        document.pendingTags = tags;
        builds.save(document);
        const log = this.#dependencies.logs.open(document.build.id);
        const job: BuildJob = { document, version, log, stopping: new AbortController() };
        // In a microtask, so that listeners to `build.created` see the build as READY.
        const finished = Promise.resolve().then(() => this.#run(job));
        this.#live.set(document.build.id, { job, finished });
        emit('build.created', { actor: actors.require(actor.id), build: toPublicBuild(document) });
        return toPublicBuild(document);
    }

    /** Aborts a build. Returns a build that has ended unchanged. */
    async abort(id: string): Promise<Build> {
        const document = this.#require(id);
        const live = this.#live.get(id);
        if (live) stopBuild(live.job);
        return toPublicBuild(document);
    }

    async waitForFinish(id: string, waitMillis?: number, signal?: AbortSignal): Promise<Build> {
        const document = this.#require(id);
        signal?.throwIfAborted();
        const live = this.#live.get(id);
        if (live) await waitWithTimeout(live.finished, { clock: this.#dependencies.clock, waitMillis, signal });
        return toPublicBuild(document);
    }

    /** Deletes a build with its log, its files and its tags. */
    async remove(id: string): Promise<void> {
        const { build } = this.#require(id);
        if (!isTerminal(build.status) || this.#live.has(id)) {
            const message = `Build ${build.buildNumber} is ${build.status}; only a finished build can be deleted. Abort it first.`;
            throw new EngineError('deleting-unfinished-build', message, { details: { build: id } });
        }
        if (this.defaultId(build.actId) === id) {
            const message = `Build ${build.buildNumber} is the default build of the Actor. Move its tag to another build first, or delete the Actor.`;
            throw new EngineError('deleting-default-build', message, { details: { build: id } });
        }
        this.#dependencies.actors.dropTags(build.actId, id);
        await this.#discard(this.#require(id));
    }

    /** Aborts and deletes the builds of an Actor that is being deleted. */
    async removeOf(actorId: string): Promise<void> {
        const documents = this.#dependencies.builds.of(actorId);
        const live = documents.map(({ build }) => this.#live.get(build.id)).filter((build) => build !== undefined);
        for (const { job } of live) stopBuild(job);
        await Promise.all(live.map(({ finished }) => finished));
        for (const document of documents) await this.#discard(document);
    }

    /** Cleans up after a host that died during a build or the removal of an Actor. */
    async recover(): Promise<void> {
        const { actors, builds, folders } = this.#dependencies;
        for (const document of builds.list()) {
            const { build, pendingTags } = document;
            if (actors.isGone(build.actId)) await this.#discard(document);
            else if (!isTerminal(build.status)) await this.#abortOrphaned(document);
            else if (pendingTags !== undefined) this.#applyPendingTags(document);
        }
        if (!builds.isComplete) return;
        await folders.removeOrphans(Array.from(builds.all(), ({ build }) => build.id));
    }

    async #abortOrphaned(document: BuildDocument): Promise<void> {
        const { build } = document;
        build.status = 'ABORTED';
        build.statusMessage = 'The process of the engine ended before the build finished; the build was aborted.';
        finalizeBuild(build, this.#dependencies.clock.now());
        await this.#removeFolder(build.id);
        delete document.pendingTags;
        this.#dependencies.builds.save(document);
        this.#dependencies.logs.open(build.id).note(build.statusMessage);
        this.#dependencies.logs.end(build.id);
    }

    /** Moves the pending tags to a build that succeeded. */
    #applyPendingTags(document: BuildDocument): void {
        this.#dependencies.actors.moveTags(document, document.pendingTags ?? []);
        delete document.pendingTags;
        this.#dependencies.builds.save(document);
    }

    /** Aborts all builds and rejects new ones. */
    async close(): Promise<void> {
        this.#isClosed = true;
        const live = [...this.#live.values()];
        for (const { job } of live) stopBuild(job);
        await Promise.all(live.map(({ finished }) => finished));
        for (const id of this.#retainedFolders) await this.#removeFolder(id);
    }

    async #run(job: BuildJob): Promise<void> {
        const { document } = job;
        const { build } = document;
        const { actors, builds, logs, emit } = this.#dependencies;
        await this.#runInSlot(job);
        if (build.status !== 'SUCCEEDED') {
            await this.#removeFolder(build.id);
            delete document.pendingTags;
        }
        this.#warnOnFailure(build, () => {
            builds.save(document);
            if (build.status === 'SUCCEEDED') this.#applyPendingTags(document);
        });
        logs.end(build.id);
        this.#live.delete(build.id);
        const actor = actors.find(build.actId);
        if (actor) emit('build.finished', { actor, build: toPublicBuild(document) });
    }

    /** Runs a build once a slot is free. A build that is stopped while it waits runs immediately, and ends on its signal. */
    async #runInSlot(job: BuildJob): Promise<void> {
        const { signal } = job.stopping;
        let release!: () => void;
        await new Promise<void>((resolve) => {
            release = this.#slots.acquire(resolve);
            signal.addEventListener('abort', () => resolve(), { once: true });
            if (signal.aborted) resolve();
        });
        await runBuild(job, this.#dependencies);
        release();
    }

    /** Emits a warning if the work throws, for instance on a full disk: no caller could handle the error. */
    #warnOnFailure(build: Build, work: () => void): void {
        try {
            work();
        } catch (error) {
            this.#dependencies.emit('warning', {
                message: `Build \`${build.id}\` could not be saved.`,
                error,
            });
        }
    }

    async #discard({ build }: BuildDocument): Promise<void> {
        this.#dependencies.builds.remove(build.id);
        this.#dependencies.logs.remove(build.id);
        if (this.#dependencies.isInUse(build.id)) this.#retainedFolders.add(build.id);
        else await this.#removeFolder(build.id);
    }

    async #removeFolder(buildId: string): Promise<void> {
        try {
            await this.#dependencies.folders.remove(buildId);
        } catch (error) {
            this.#dependencies.emit('warning', {
                message: `The folder of build \`${buildId}\` could not be removed.`,
                error,
            });
        }
    }

    #assertOpen(): void {
        if (!this.#isClosed) return;
        throw new EngineError(
            'engine-closed',
            'The engine was closed or restored to another state, so no build was started. Create a new engine, or repeat the call.',
        );
    }

    #require(id: string): BuildDocument {
        const document = this.#dependencies.builds.get(id);
        if (document) return document;
        throw new EngineError('record-not-found', `Build \`${id}\` does not exist.`, { details: { build: id } });
    }
}
