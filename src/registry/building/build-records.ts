import { newId } from '../../util/ids.js';
import { withoutUndefined } from '../../util/without-undefined.js';
import { buildNumberInt, type BuildDocument } from '../builds.js';
import type { Actor, Build, BuildOptions, BuildVersion } from '../../model/actor.js';
import type { BuildListItem, ClientBuild } from '../../model/build-client.js';
import type { SecretBox } from '../../storage/secret-box.js';
import type { ActorBlueprint } from '../actor-blueprint.js';
import type { StoredVersion } from '../version-records.js';

/** How the platform runs builds; nothing of it is limited here. */
const MEMORY_MBYTES = 4096;
const DISK_MBYTES = 8192;
const MBYTES_PER_GBYTE = 1024;
const MILLIS_PER_HOUR = 3_600_000;

/** What a new build is made of. */
export interface NewBuild {
    actor: Pick<Actor, 'id' | 'userId' | 'name'>;
    version: StoredVersion;
    buildNumber: string;
    /** The tag that it is to get. */
    buildTag: string;
    origin: string;
    now: Date;
    options?: Pick<BuildOptions, 'useCache' | 'betaPackages'>;
}

/** A build that is READY, with the environment of its version frozen in it; secrets stay sealed. */
export function newBuildDocument({
    actor,
    version,
    buildNumber,
    buildTag,
    origin,
    now,
    options,
}: NewBuild): BuildDocument {
    const { versionNumber, sourceFiles } = version;
    const blueprint: ActorBlueprint = {
        name: actor.name,
        versionNumber,
        buildTag,
        ...environmentOf(version),
        ...(sourceFiles.length > 0 && { sourceFiles }),
        directory: '',
        memory: {},
    };
    const build: Build = {
        id: newId(),
        actId: actor.id,
        userId: actor.userId,
        buildNumber,
        buildNumberInt: buildNumberInt(buildNumber),
        status: 'READY',
        startedAt: now,
        meta: { origin, userAgent: 'greenroom' },
        ...(options && { options: { ...options, memoryMbytes: MEMORY_MBYTES, diskMbytes: DISK_MBYTES } }),
        actVersion: versionOf(version),
        usageTotalUsd: 0,
    };
    return { build, blueprint };
}

/** The environment variables of a version, by name. */
function environmentOf({ envVars }: StoredVersion): Pick<ActorBlueprint, 'envVars' | 'sealedEnvVars'> {
    const pairs = (isSecret: boolean): Record<string, string> => {
        const some = envVars.filter((variable) => (variable.isSecret === true) === isSecret);
        return Object.fromEntries(some.map(({ name, value = '' }) => [name, value]));
    };
    return { envVars: pairs(false), sealedEnvVars: pairs(true) };
}

/** The values of the secret variables of a build, by name. */
export function openEnvVars({ sealedEnvVars = {} }: ActorBlueprint, secrets: SecretBox): Record<string, string> {
    return Object.fromEntries(Object.entries(sealedEnvVars).map(([name, sealed]) => [name, secrets.open(sealed)]));
}

/** The figures of a build that has ended. */
export function settleBuild(build: Build, nowMillis: number): void {
    const durationMillis = nowMillis - build.startedAt.getTime();
    const computeUnits = (MEMORY_MBYTES / MBYTES_PER_GBYTE) * (durationMillis / MILLIS_PER_HOUR);
    build.finishedAt = new Date(nowMillis);
    build.stats = { durationMillis, runTimeSecs: durationMillis / 1000, computeUnits };
    build.usage = { ACTOR_COMPUTE_UNITS: computeUnits };
    build.usageUsd = { ACTOR_COMPUTE_UNITS: 0 };
}

/** A build as it may be handed out: a copy, with the files that it was made of. */
export function publicBuild({ build, blueprint }: BuildDocument): Build {
    const copy = structuredClone(build);
    if (copy.actVersion?.sourceType === 'SOURCE_FILES') {
        copy.actVersion.sourceFiles = (blueprint.sourceFiles ?? []).map((file) => ({ ...file }));
    }
    return copy;
}

/** A build as lists have it. */
export function buildListItem({ build }: BuildDocument): BuildListItem {
    const { id, actId, userId, status, startedAt, finishedAt, usageTotalUsd, buildNumber, buildNumberInt: int } = build;
    return {
        id,
        actId,
        userId,
        // Declared as those of a build that has ended; see the types.
        status: status as ClientBuild['status'],
        startedAt: new Date(startedAt),
        finishedAt: finishedAt && new Date(finishedAt),
        usageTotalUsd,
        buildNumber,
        buildNumberInt: int,
        meta: { ...build.meta },
    } as BuildListItem;
}

/** Without the files, which the blueprint has. */
function versionOf(version: StoredVersion): BuildVersion {
    const { versionNumber, sourceType, buildTag, gitRepoUrl, tarballUrl, gitHubGistUrl } = version;
    return withoutUndefined({ versionNumber, sourceType, buildTag, gitRepoUrl, tarballUrl, gitHubGistUrl });
}
