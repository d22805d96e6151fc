import type { LogClient, WaitOptions } from './run.js';
import type { Build } from '../api/actor.js';
import type { ChunkOptions, PagedList, PageOptions } from '../api/page.js';
import type { TerminalStatus } from '../api/status.js';

/** A build. `status` is declared as terminal, as in `apify-client`, but any status may occur. */
export type ClientBuild = Omit<Build, 'status' | 'meta'> & {
    /** Status of the build. */
    status: TerminalStatus;
    /** Origin of the build. */
    meta: Build['meta'] & { clientIp: string };
};

/** A build in a list. `finishedAt` is declared as required, but is absent until the build has finished. */
export type BuildListItem = Pick<
    ClientBuild,
    'id' | 'actId' | 'userId' | 'status' | 'startedAt' | 'usageTotalUsd' | 'buildNumber' | 'buildNumberInt' | 'meta'
> & {
    /** Time of the end. */
    finishedAt: Date;
};

/** Options for building a version. */
export interface ActorBuildOptions {
    /** Tag that the build gets when it succeeds. Default: the `buildTag` of the version, else `latest`. */
    tag?: string;
    /** Seconds to wait for the end of the build, up to 60. Default: 0. */
    waitForFinish?: number;
    /** Accepted without effect: there are no image layers to reuse. */
    useCache?: boolean;
    /** Accepted without effect: the Actor's own dependencies are installed. */
    betaPackages?: boolean;
}

/** Client of one build. */
export interface BuildClient {
    /** Returns the build, or undefined if it does not exist. `waitForFinish`: seconds to wait for its end, up to 60. */
    get(options?: { waitForFinish?: number }): Promise<ClientBuild | undefined>;
    /** Aborts the build and kills all processes that it has started. Returns a finished build unchanged. */
    abort(): Promise<ClientBuild>;
    /**
     * Deletes the build. A build that does not exist is not an error.
     *
     * @throws EngineError `deleting-default-build` for the Actor's default build, `deleting-unfinished-build` before its end.
     */
    delete(): Promise<void>;
    /** Waits for the end of the build, and returns it. */
    waitForFinish(options?: WaitOptions): Promise<ClientBuild>;
    /** Returns the client of the build's log. */
    log(): LogClient;
    /** Returns an OpenAPI document that describes how to run the Actor, with the input schema of this build. */
    getOpenApiDefinition(): Promise<OpenApiDefinition>;
}

/** Client of builds: those of one Actor, or all. */
export interface BuildCollectionClient {
    /** Lists the builds, oldest first unless `desc`. */
    list(options?: PageOptions & ChunkOptions): PagedList<BuildListItem>;
}

/** Description of the API of one Actor, as an OpenAPI 3 document. */
export interface OpenApiDefinition {
    /** Version of OpenAPI. */
    openapi: string;
    /** Title, description and version of the Actor, and the id of the build. */
    info: { title: string; description?: string; version?: string; 'x-build-id': string };
    /** Base URLs of the API. */
    servers: { url: string }[];
    /** Operations, by path. */
    paths: Record<string, { post: OpenApiOperation }>;
    /** Schemas that the operations refer to. */
    components: { schemas: Record<string, object> };
}

/** An operation that runs the Actor. */
export interface OpenApiOperation {
    /** Unique name of the operation. */
    operationId: string;
    /** False: assistants may call the operation without a confirmation. */
    'x-openai-isConsequential': boolean;
    /** Short description. */
    summary: string;
    /** Groups of the operation. */
    tags: string[];
    /** The input of the Actor. */
    requestBody: { required: boolean; content: JsonContent };
    /** Query parameters. */
    parameters: OpenApiParameter[];
    /** The response of a successful call. */
    responses: { '200': { description: string; content?: JsonContent } };
}

interface JsonContent {
    /** Content in JSON. */
    'application/json': { schema: { $ref: string } };
}

interface OpenApiParameter {
    /** Name of the parameter. */
    name: string;
    /** Location of the parameter, such as `query`. */
    in: string;
    /** True if the parameter is required. */
    required: boolean;
    /** JSON schema of the value. */
    schema: { type: string };
    /** Description of the parameter. */
    description: string;
}
