import { parentPort, MessagePort } from 'node:worker_threads';
import { EngineError } from '../errors/engine-error.js';
import { PROTOCOL_VERSION, type Assignment, type Program } from '../protocol/messages.js';
import { atTheVeryEnd, crashOf, explainDryLoop, reportCrashes } from './ending.js';
import { guardHost } from './host-guards.js';
import { joinTexts } from './item-json.js';
import { ItemWriter } from './item-writer.js';
import { Link } from './link.js';
import { captureOutput } from './output.js';
import { hasLoaded, startProgram, type Progress } from './program.js';
import { createRemoteClient } from './remote-client.js';
import { patchRequire, registerSdkHooks } from './sdk-hooks.js';
import { setContextSource, type RunContext } from './sdk/context.js';
import { announce, createRunContext } from './sdk/run-context.js';
import { Usage } from './usage.js';

/** Makes this thread the thread of one run and starts the Actor; whatever becomes of it is told by the run's port. */
export function boot({ protocol, port, program, env }: Assignment): void {
    releaseThread();
    const link = new Link(port);
    link.post({ type: 'started' });
    const usage = new Usage(link);
    const flushOutput = captureOutput(link);
    takeOver(program, env);
    const context = createContext(link, program);
    const progress: Progress = { state: 'loading' };
    // What throws after the Actor has begun to work is no failure to load it, even if its entry is still at work.
    reportCrashes(link, program, () => !hasLoaded(progress) && !link.wasUsed);
    explainDryLoop(context.session, progress);
    const endAtOnce = atTheVeryEnd((exitCode) => {
        flushOutput();
        usage.report();
        link.post({ type: 'ended', exitCode });
    });
    guardHost(endAtOnce);
    if (program.needsSdkHooks) registerSdkHooks();
    patchRequire(program.entry);
    // Not caught, here or anywhere: as in a program of its own, an error of the entry is an uncaught one.
    void checkProtocol(protocol).then(() => startProgram(program, context, progress));
}

/** The pool's own ports would keep the thread alive after the Actor has nothing left to do. */
function releaseThread(): void {
    parentPort?.unref();
    const { _getActiveHandles } = process as { _getActiveHandles?: () => unknown[] };
    if (typeof _getActiveHandles !== 'function') return;
    for (const handle of _getActiveHandles.call(process)) {
        if (handle instanceof MessagePort) handle.unref();
    }
}

function takeOver(program: Program, env: Record<string, string>): void {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, env);
    process.argv = [process.execPath, program.entry];
    // A thread cannot change its directory. Paths that are resolved see this one; `fs` with a relative path does not.
    process.cwd = () => program.directory;
    process.setSourceMapsEnabled(true);
}

function createContext(link: Link, program: Program): RunContext {
    const client = createRemoteClient(link);
    const ownDatasetId = process.env['ACTOR_DEFAULT_DATASET_ID'] ?? '';
    const writer = new ItemWriter(link, ownDatasetId);
    const context = createRunContext({
        client,
        async push(datasetId, texts) {
            if (datasetId === ownDatasetId && (await writer.push(texts))) return;
            await client.dataset(datasetId).pushItems(joinTexts(texts));
        },
        env: process.env,
        signal: link.signal,
        noteFailure: (error) => link.post({ ...crashOf(error, program), phase: 'running', isLogged: true }),
        exit: (exitCode) => process.exit(exitCode),
    });
    setContextSource(() => context);
    link.onSystemEvent((event) => announce(context, event));
    return context;
}

async function checkProtocol(protocol: number): Promise<void> {
    if (protocol === PROTOCOL_VERSION) return;
    throw new EngineError(
        'internal-error',
        `The engine speaks version ${protocol} of its protocol, but this worker file version ${PROTOCOL_VERSION}. ` +
            'Both must come from the same version of greenroom.',
    );
}
