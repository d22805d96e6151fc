import { START_OPTION_KEYS } from '../../lifecycle/start-options.js';
import { checkOptions } from '../../util/check.js';
import { checkId } from '../check-argument.js';
import { checkActorUpdate } from '../check-update.js';
import { toRunInput } from '../run-input.js';
import { readStartArguments, type StartCall } from '../start-arguments.js';
import { asStartedRun, callOptionKeys, checkLastRunOptions, startAndWait } from '../started-run.js';
import { RunResource } from './run.js';
import { RunCollectionResource } from './runs.js';
import type {
    ActorClient,
    ActorUpdate,
    ClientActor,
    ClientRun,
    LastRunOptions,
    RunClient,
    RunCollectionClient,
    StartedRun,
    WaitOptions,
} from '../../model/client.js';
import type { CallOptions, Run, StartOptions } from '../../model/run.js';
import type { ClientContext } from '../client-context.js';

const CALL_OPTION_KEYS = callOptionKeys(START_OPTION_KEYS);

/** One Actor. */
export class ActorResource implements ActorClient {
    readonly #context: ClientContext;
    readonly #idOrName: string;

    constructor(context: ClientContext, idOrName: string) {
        this.#context = context;
        this.#idOrName = idOrName;
    }

    async get(): Promise<ClientActor | undefined> {
        return this.#context.host.actors.find(this.#idOrName) as ClientActor | undefined;
    }

    async update(fields: ActorUpdate): Promise<ClientActor> {
        checkActorUpdate(fields);
        const { actors } = this.#context.host;
        return actors.update(actors.require(this.#idOrName).id, fields) as ClientActor;
    }

    async delete(): Promise<void> {
        const { actors } = this.#context.host;
        const actor = actors.find(this.#idOrName);
        if (actor) await actors.remove(actor.id);
    }

    async start(input?: unknown, options?: StartOptions): Promise<StartedRun> {
        const call = this.#readCall(input, options, START_OPTION_KEYS);
        return asStartedRun(this.#context, await this.#begin(call.input, call.options));
    }

    async call(input?: unknown, options?: CallOptions & Pick<WaitOptions, 'signal'>): Promise<ClientRun> {
        const call = this.#readCall(input, options, CALL_OPTION_KEYS);
        return startAndWait(this.#context, call.options, (options) => this.#begin(call.input, options));
    }

    run(runId: string): RunClient {
        checkId('runId', runId);
        const { actors, runs } = this.#context.host;
        const find = (): Run | undefined => {
            const run = runs.find(runId);
            const isOurs = run?.actId === this.#idOrName || run?.actId === actors.find(this.#idOrName)?.id;
            return isOurs ? run : undefined;
        };
        return new RunResource(this.#context, { find, sought: `run \`${runId}\` of Actor \`${this.#idOrName}\`` });
    }

    runs(): RunCollectionClient {
        const { actors, runs } = this.#context.host;
        return new RunCollectionResource((query) => {
            return runs.page({ ...query, actId: actors.require(this.#idOrName).id });
        });
    }

    lastRun(options: LastRunOptions = {}): RunClient {
        checkLastRunOptions(options);
        const find = (): Run | undefined => {
            const { actors, runs } = this.#context.host;
            const actor = actors.find(this.#idOrName);
            return actor && runs.last({ ...options, actId: actor.id });
        };
        return new RunResource(this.#context, { find, sought: `last run of Actor \`${this.#idOrName}\`` });
    }

    #readCall<Options extends StartOptions>(
        input: unknown,
        options: Options | undefined,
        known: readonly string[],
    ): StartCall<Options> {
        const { actors } = this.#context.host;
        const call = readStartArguments(input, options, known, () => {
            const actor = actors.find(this.#idOrName);
            return actor && actors.inputProperties(actor.id);
        });
        checkOptions('options', call.options, known);
        return call;
    }

    async #begin(input: unknown, options: StartOptions): Promise<Run> {
        const { host, cause } = this.#context;
        const { id } = host.actors.require(this.#idOrName);
        return host.runs.start(id, toRunInput(input, options.contentType), options, cause);
    }
}
