import { createEngine, type Engine, type EngineOptions } from 'greenroom';
import { onTestFinished } from 'vitest';

/** Creates an engine of the build under test. It is closed, by force, when the test has finished. */
export async function makeEngine(options?: EngineOptions): Promise<Engine> {
    const engine = await createEngine(options);
    onTestFinished(() => engine.close({ force: true }));
    return engine;
}

/** Registers an Actor from the text of its module and returns its name. */
export async function addSource(engine: Engine, source: string, name = 'under-test'): Promise<string> {
    await engine.addActor({ name, source });
    return name;
}

/** Returns the lines of a log without their timestamps. */
export function stripTimestamps(log: string): string[] {
    return log
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /, ''));
}
