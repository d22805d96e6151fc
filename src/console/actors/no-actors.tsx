import { Empty } from '../parts/empty.js';
import type { JSX } from '../preact.js';

/** For an engine that nobody has given an Actor yet. */
export function NoActors(): JSX.Element {
    return (
        <Empty title="This engine has no Actor yet" command="greenroom init my-actor && greenroom dev my-actor">
            <p>
                Make one from a template, or serve a folder that has one. A program adds it with{' '}
                <code>await engine.addActor('./my-actor')</code>; it appears here at once.
            </p>
        </Empty>
    );
}
