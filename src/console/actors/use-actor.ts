import { useRef } from 'preact/hooks';
import { api, ApiError, ifFound } from '../api/api.js';
import { type Resource, useApi, useResource } from '../api/use-resource.js';
import type { Actor, Build, BuildItem, Listed } from '../api/json.js';

export function useBuilds(actorId: string): Resource<Listed<BuildItem>> {
    const path = `/acts/${encodeURIComponent(actorId)}/builds`;
    return useApi(path, { desc: true, limit: 100 }, ({ name }) => name === 'build');
}

/**
 * Reads the build with a tag or number; null if no such build has succeeded. While another build is loaded, the previous one is
 * returned, so that its form keeps the entered values.
 *
 * @param build - Default: the build that runs use by default.
 */
export function useBuildOf(actor: Actor, build: string | undefined): Resource<Build | null> {
    const tags = Object.entries(actor.taggedBuilds).map(([tag, { buildId }]) => `${tag}=${buildId}`);
    const key = `build ${actor.id} ${build} ${actor.defaultRunOptions.build} ${tags.join()}`;
    const resource = useResource<Build | null>(key, async (signal) => {
        await refreshFolder(actor.id, build, signal);
        const path = pathOf(actor, build, signal);
        return (await ifFound(path.then((found) => api<Build>(found, { signal })))) ?? null;
    });
    const last = useRef<Build | null | undefined>(undefined);
    if (resource.value !== undefined) last.current = resource.value;
    return { ...resource, value: last.current };
}

/** Makes the engine read a live folder again. Errors in its files are thrown, with their position. */
async function refreshFolder(actorId: string, build: string | undefined, signal: AbortSignal): Promise<void> {
    try {
        await api(`/acts/${actorId}/validate-input`, { method: 'POST', query: { build }, json: {}, signal });
    } catch (error) {
        // An empty input is rarely valid; only errors of the source matter here.
        if (error instanceof ApiError && error.type === 'actor-source-invalid') throw error;
    }
}

async function pathOf({ id, taggedBuilds }: Actor, build: string | undefined, signal: AbortSignal): Promise<string> {
    if (build === undefined) return `/acts/${id}/builds/default`;
    const tagged = taggedBuilds[build]?.buildId;
    if (tagged !== undefined) return `/actor-builds/${tagged}`;
    const query = { desc: true, limit: 1000 };
    const { items } = await api<Listed<BuildItem>>(`/acts/${id}/builds`, { query, signal });
    return `/actor-builds/${items.find(({ buildNumber }) => buildNumber === build)?.id ?? build}`;
}
