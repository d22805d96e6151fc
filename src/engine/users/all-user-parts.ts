import { runEnded } from '../../webhooks/events.js';
import { createUserParts, type UserParts, type UserSurroundings } from './user-parts.js';
import type { Run } from '../../model/run.js';
import type { ResolvedEngineOptions } from '../options.js';
import type { User, Users } from './users.js';

/** What all users of an engine have. */
export class AllUserParts {
    readonly owner: UserParts;
    readonly #users: Users;
    readonly #parts: ReadonlyMap<User, UserParts>;

    constructor(options: ResolvedEngineOptions, surroundings: UserSurroundings) {
        const { users } = surroundings.shared;
        this.#users = users;
        this.#parts = new Map(users.all.map((user) => [user, createUserParts(user, options, surroundings)]));
        this.owner = this.of(users.first);
        surroundings.emitter.on('run.created', ({ run }) => this.whoHas(run).tasks.countRun(run.actorTaskId));
    }

    of(user: User): UserParts {
        return this.#parts.get(user)!;
    }

    /** Of whoever has what the user with this id has made. */
    whoHas(made: { userId: string }): UserParts {
        return this.of(this.#users.ownerOf(made));
    }

    forgetRun(runId: string): void {
        for (const { webhooks } of this.#all) webhooks.forgetRun(runId);
    }

    /** Sets to work what is kept of an earlier engine. @param ended - The runs that have ended with it. */
    async start(ended: readonly Run[]): Promise<void> {
        for (const run of ended) this.whoHas(run).webhooks.happen(runEnded(run, () => run));
        for (const { webhooks } of this.#all) webhooks.open();
        for (const { schedules } of this.#all) await schedules.start();
    }

    /** @param days - After which the old things of all are deleted, whatever each of them has said. */
    startRetention(days: number | undefined): void {
        for (const { retention, retentionDays } of this.#all) retention.set(days ?? retentionDays);
    }

    /** Settles when nothing is being deleted any more. */
    async stopRetention(): Promise<void> {
        await Promise.all(this.#all.map(({ retention }) => retention.stop()));
    }

    /** Fires no schedule any more; settles when what has been fired is done. */
    async stopSchedules(): Promise<void> {
        await Promise.all(this.#all.map(({ schedules }) => schedules.stop()));
    }

    /** Sends nothing any more; what is just being sent has so much real time to arrive. */
    async closeWebhooks(graceMillis: number): Promise<void> {
        await Promise.all(this.#all.map(({ webhooks }) => webhooks.close(graceMillis)));
    }

    /** Writes down the counts of runs. */
    saveCounts(): void {
        for (const { tasks } of this.#all) tasks.saveCounts();
    }

    get #all(): UserParts[] {
        return [...this.#parts.values()];
    }
}
