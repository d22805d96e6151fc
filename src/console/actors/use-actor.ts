import { useRef } from 'preact/hooks';
import { api, ApiError, isNotFound } from '../api/api.js';
import type { Actor, Build, BuildItem, Listed } from '../api/json.js';
import { useResource, type Resource } from '../api/use-resource.js';

/** An Actor, kept up with its builds and runs. */
export function useActor(actorId: string): Resource<Actor> {
    return useResource(
        `actor ${actorId}`,
        (signal) => api<Actor>(`/acts/${encodeURIComponent(actorId)}`, { signal }),
        (event) => event.name === 'build' || (event.name === 'run' && event.run.actId === actorId),
    );
}

/** The builds of an Actor, newest first. */
export function useBuilds(actorId: string): Resource<Listed<BuildItem>> {
    const query = { desc: true, limit: 100 };
    return useResource(
        `builds ${actorId}`,
        (signal) => api<Listed<BuildItem>>(`/acts/${encodeURIComponent(actorId)}/builds`, { query, signal }),
        ({ name }) => name === 'build',
    );
}

/**
 * The build that a tag or number means; null where there is none that has succeeded. While another one is read, the one before is
 * shown: what somebody writes for it is not to go with it.
 *
 * @param build - Undefined is the one that runs get by default.
 */
export function useBuildOf(actor: Actor | undefined, build: string | undefined): Resource<Build | null> {
    const tags = Object.entries(actor?.taggedBuilds ?? {}).map(([tag, { buildId }]) => `${tag}=${buildId}`);
    const key = `build ${actor?.id} ${build} ${actor?.defaultRunOptions.build} ${tags.join()}`;
    const resource = useResource<Build | null>(key, async (signal) => {
        if (actor === undefined) return new Promise<never>(() => {});
        await lookAtFolder(actor.id, build, signal);
        try {
            return await api<Build>(await pathOf(actor, build, signal), { signal });
        } catch (error) {
            if (isNotFound(error)) return null;
            throw error;
        }
    });
    const last = useRef<Build | null | undefined>(undefined);
    if (resource.value !== undefined) last.current = resource.value;
    return { ...resource, value: last.current };
}

/** Has the engine look again at a folder that is read as it is. What is wrong with its files is told, with the place. */
async function lookAtFolder(actorId: string, build: string | undefined, signal: AbortSignal): Promise<void> {
    try {
        await api(`/acts/${actorId}/validate-input`, { method: 'POST', query: { build }, json: {}, signal });
    } catch (error) {
        // That nothing is no right input is no wonder.
        if (error instanceof ApiError && error.type === 'actor-source-invalid') throw error;
    }
}

async function pathOf({ id, taggedBuilds }: Actor, build: string | undefined, signal: AbortSignal): Promise<string> {
    if (build === undefined) return `/acts/${id}/builds/default`;
    const tagged = taggedBuilds[build]?.buildId;
    if (tagged !== undefined) return `/actor-builds/${tagged}`;
    const { items } = await api<Listed<BuildItem>>(`/acts/${id}/builds`, {
        query: { desc: true, limit: 1000 },
        signal,
    });
    return `/actor-builds/${items.find(({ buildNumber }) => buildNumber === build)?.id ?? build}`;
}

/** The tags and numbers by which builds can be chosen. */
export function buildNames(actor: Actor, builds: readonly BuildItem[]): string[] {
    const numbers = builds.filter(({ status }) => status === 'SUCCEEDED').map(({ buildNumber }) => buildNumber);
    return [...new Set([...Object.keys(actor.taggedBuilds), ...numbers])];
}
