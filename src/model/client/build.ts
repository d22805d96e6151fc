import type { ChunkOptions, LogClient, WaitOptions } from './client.js';
import type { Build } from '../api/actor.js';
import type { PagedList, PageOptions } from '../api/page.js';
import type { TerminalStatus } from '../api/status.js';

/** A build. As in `apify-client`, `status` is declared as that of one that has ended, but may be any other. */
export type ClientBuild = Omit<Build, 'status' | 'meta'> & {
    status: TerminalStatus;
    meta: Build['meta'] & { clientIp: string };
};

/** A build as lists show it. `finishedAt` is declared as always there, but is absent until the build has ended. */
export type BuildListItem = Pick<
    ClientBuild,
    'id' | 'actId' | 'userId' | 'status' | 'startedAt' | 'usageTotalUsd' | 'buildNumber' | 'buildNumberInt' | 'meta'
> & { finishedAt: Date };

/** How a version is to be built. */
export interface ActorBuildOptions {
    /** The tag that the build gets once it has succeeded. Default: the `buildTag` of the version, else `latest`. */
    tag?: string;
    /** Seconds to wait for the end of the build, 60 at most. Default: 0. */
    waitForFinish?: number;
    /** Accepted, but without effect: there is no image whose layers could be reused. */
    useCache?: boolean;
    /** Accepted, but without effect: packages are those that the Actor names. */
    betaPackages?: boolean;
}

/** One build. */
export interface BuildClient {
    get(options?: { waitForFinish?: number }): Promise<ClientBuild | undefined>;
    /** Ends the build at once, with all processes that it has started. One that has ended is returned as it is. */
    abort(): Promise<ClientBuild>;
    /** Throws `deleting-default-build` for the one that runs get by default, `deleting-unfinished-build` for a live one. */
    delete(): Promise<void>;
    waitForFinish(options?: WaitOptions): Promise<ClientBuild>;
    log(): LogClient;
    /** How the Actor is run over the API, with the input schema of this build. */
    getOpenApiDefinition(): Promise<OpenApiDefinition>;
}

/** Builds, of one Actor or of all; oldest first. */
export interface BuildCollectionClient {
    list(options?: PageOptions & ChunkOptions): PagedList<BuildListItem>;
}

/** A description of the API of one Actor, in OpenAPI 3. */
export interface OpenApiDefinition {
    openapi: string;
    info: { title: string; description?: string; version?: string; 'x-build-id': string };
    servers: { url: string }[];
    paths: Record<string, { post: OpenApiOperation }>;
    components: { schemas: Record<string, object> };
}

/** One way to run the Actor. */
export interface OpenApiOperation {
    operationId: string;
    'x-openai-isConsequential': boolean;
    summary: string;
    tags: string[];
    requestBody: { required: boolean; content: JsonContent };
    parameters: OpenApiParameter[];
    responses: { '200': { description: string; content?: JsonContent } };
}

interface JsonContent {
    'application/json': { schema: { $ref: string } };
}

interface OpenApiParameter {
    name: string;
    in: string;
    required: boolean;
    schema: { type: string };
    description: string;
}
